"""Registered applications: redirect addresses, client secrets and certificates with their expiry dates (FACTS.md
§23.9).

Members carry the names of Graph's `application` resource. An application may hold several secrets and certificates at
once, so that one can be replaced while the other still works.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from graphtwin.aadsts import LoginError
from graphtwin.mint import Mint

DEMO_APP_ID = "c0ffee00-1111-4222-8333-444455556666"
DEMO_SECRET = "twin~demo.client_secret-for-trying-out"  # noqa: S105 - opens nothing but the simulator
DEMO_REDIRECT_URIS = (
    "http://localhost:8000/microsoft_account/authentication",
    "http://127.0.0.1:8000/microsoft_account/authentication",
    "http://localhost:8000/oauth2/outlook/callback",
    "http://127.0.0.1:8000/oauth2/outlook/callback",
)
DEMO_APP: dict[str, Any] = {
    "appId": DEMO_APP_ID,
    "displayName": "Kalends",
    "redirectUris": list(DEMO_REDIRECT_URIS),
    "passwordCredentials": [{"secretText": DEMO_SECRET}],
}
SECRET_LIFE = timedelta(days=730)
_ASSERTION_ALGORITHMS = ["PS256", "RS256"]
_ASSERTION_LEEWAY_SECONDS = 300

Audience = Literal[
    "AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"
]


class AppError(ValueError):
    """The description of an application is wrong; the text says which member and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordCredential:
    """A client secret; `key_id` is what people paste by mistake."""

    key_id: str
    secret_text: str
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCredential:
    """A certificate, PEM; `thumbprint` is the SHA-256, `short_thumbprint` the SHA-1 of its DER, both base64url."""

    key_id: str
    certificate: str
    end: datetime
    thumbprint: str
    short_thumbprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One application as registered. `app_roles` are the application permissions it asks for."""

    app_id: str
    display_name: str
    redirect_uris: tuple[str, ...] = ()
    sign_in_audience: Audience = "AzureADandPersonalMicrosoftAccount"
    passwords: tuple[PasswordCredential, ...] = ()
    keys: tuple[KeyCredential, ...] = ()
    app_roles: tuple[str, ...] = ("Calendars.ReadWrite",)
    public_client: bool = False
    disabled: bool = False

    def accepts_redirect(self, uri: str) -> bool:
        """Character by character; only a public client may choose the port of http://localhost (FACTS.md §23.2)."""
        if uri in self.redirect_uris:
            return True
        return self.public_client and _without_port(uri) in {_without_port(each) for each in self.redirect_uris}


class Apps:
    """The applications the tenant knows, by id."""

    def __init__(self, *, mint: Mint) -> None:
        self.mint = mint
        self.registered: dict[str, App] = {}

    def find(self, app_id: str) -> App:
        """Return the application; raises LoginError if it is unknown or disabled."""
        app = self.registered.get(app_id)
        if app is None:
            raise LoginError(700016, f"Application '{app_id}'.")
        if app.disabled:
            raise LoginError(7000112)
        return app

    def register(self, description: Mapping[str, Any], now: datetime) -> App:
        """Add or replace an application described as Graph's `application`; raises AppError."""
        app_id = _text(description, "appId") or self.mint.guid("app")
        audience = description.get("signInAudience", "AzureADandPersonalMicrosoftAccount")
        if audience not in get_args(Audience):
            raise AppError(f"signInAudience must be one of {', '.join(get_args(Audience))}.")
        app = App(
            app_id=app_id,
            display_name=_text(description, "displayName") or "Application",
            redirect_uris=tuple(_redirect_uris(description.get("redirectUris", ()))),
            sign_in_audience=audience,
            passwords=tuple(self._password(each, now) for each in _objects(description, "passwordCredentials")),
            keys=tuple(self._key(each) for each in _objects(description, "keyCredentials")),
            app_roles=tuple(description.get("appRoles", ("Calendars.ReadWrite",))),
            public_client=bool(description.get("publicClient", False)),
            disabled=bool(description.get("disabled", False)),
        )
        self.registered[app_id] = app
        return app

    def expire_secrets(self, app_id: str | None, now: datetime) -> int:
        """Let every client secret of the application (None: of all) expire now."""
        return self._change_passwords(app_id, lambda each: replace(each, end=now))

    def replace_secrets(self, app_id: str | None) -> int:
        """Give every client secret another text, so that the one in use is wrong."""
        return self._change_passwords(app_id, lambda each: replace(each, secret_text=self.mint.text("secret", 30)))

    def _change_passwords(self, app_id: str | None, change: Any) -> int:
        changed = 0
        for app in list(self.registered.values()):
            if app_id in {None, app.app_id}:
                self.registered[app.app_id] = replace(app, passwords=tuple(map(change, app.passwords)))
                changed += len(app.passwords)
        return changed

    def _password(self, description: Mapping[str, Any], now: datetime) -> PasswordCredential:
        return PasswordCredential(
            key_id=_text(description, "keyId") or self.mint.guid("secret id"),
            secret_text=_text(description, "secretText") or f"{self.mint.text('secret', 30)}",
            end=_time(description, "endDateTime") or now + SECRET_LIFE,
        )

    def _key(self, description: Mapping[str, Any]) -> KeyCredential:
        pem = _text(description, "key")
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
        except ValueError as error:
            raise AppError("keyCredentials: key must be a certificate in PEM form.") from error
        return KeyCredential(
            key_id=_text(description, "keyId") or self.mint.guid("certificate id"),
            certificate=pem,
            end=_time(description, "endDateTime") or certificate.not_valid_after_utc,
            thumbprint=_base64url(certificate.fingerprint(hashes.SHA256())),
            short_thumbprint=_base64url(certificate.fingerprint(hashes.SHA1())),  # noqa: S303 - x5t is defined so
        )


def check_secret(app: App, secret: str, now: datetime) -> None:
    """Raises LoginError if no secret of the application has this text, or only expired ones have."""
    fitting = [each for each in app.passwords if each.secret_text == secret]
    if not fitting:
        raise LoginError(7000215, f"Application '{app.app_id}'.")
    if all(each.end <= now for each in fitting):
        raise LoginError(7000222, f"Application '{app.app_id}'.")


def check_assertion(app: App, assertion: str, audiences: Iterable[str], now: datetime) -> None:
    """Check a client assertion signed by a registered certificate; raises LoginError."""
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.PyJWTError as error:
        raise LoginError(50013) from error
    key = next((each for each in app.keys if _named_by(header, each)), None)
    if key is None or key.end <= now:
        raise LoginError(700027, f"Application '{app.app_id}'.")
    claims = _verified(assertion, key)
    if claims.get("iss") != app.app_id or claims.get("sub") != app.app_id:
        raise LoginError(700027, "The assertion's iss and sub must be the application's id.")
    if claims.get("aud") not in set(audiences):
        raise LoginError(700023)
    moment = now.timestamp()
    if not claims.get("nbf", 0) - _ASSERTION_LEEWAY_SECONDS <= moment < claims["exp"] + _ASSERTION_LEEWAY_SECONDS:
        raise LoginError(700024)


def describe(app: App, *, secrets: bool = True) -> dict[str, Any]:
    """The application as `register` reads it."""
    return {
        "appId": app.app_id,
        "displayName": app.display_name,
        "redirectUris": list(app.redirect_uris),
        "signInAudience": app.sign_in_audience,
        "passwordCredentials": [
            {"keyId": each.key_id, "hint": each.secret_text[:3], "endDateTime": each.end.isoformat()}
            | ({"secretText": each.secret_text} if secrets else {})
            for each in app.passwords
        ],
        "keyCredentials": [
            {"keyId": each.key_id, "endDateTime": each.end.isoformat(), "key": each.certificate} for each in app.keys
        ],
        "appRoles": list(app.app_roles),
        "publicClient": app.public_client,
        "disabled": app.disabled,
    }


def _named_by(header: Mapping[str, Any], key: KeyCredential) -> bool:
    """Clients write the thumbprints with and without padding."""
    named = {str(header.get(each, "")).rstrip("=") for each in ("x5t#S256", "x5t")}
    return bool(named & {key.thumbprint, key.short_thumbprint})


def _verified(assertion: str, key: KeyCredential) -> dict[str, Any]:
    public_key = x509.load_pem_x509_certificate(key.certificate.encode()).public_key()
    if not isinstance(public_key, RSAPublicKey):
        raise LoginError(700027, "Only RSA certificates are accepted.")
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion,
            public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
            algorithms=_ASSERTION_ALGORITHMS,
            options={
                "verify_aud": False,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "require": ["exp", "aud", "iss", "sub"],
            },
        )
    except jwt.PyJWTError as error:
        raise LoginError(700027) from error
    return claims


def _redirect_uris(uris: Any) -> Iterable[str]:
    for uri in uris:
        parts = urlsplit(str(uri))
        if parts.scheme not in {"http", "https"} or parts.fragment or not parts.netloc:
            raise AppError(f"redirectUris: {uri!r} must begin with http:// or https:// and hold no fragment.")
        if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1"}:
            raise AppError(f"redirectUris: {uri!r} must be https, for its host is not localhost.")
        yield str(uri)


def _objects(description: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    values = description.get(name, [])
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        raise AppError(f"{name} must be a list of objects.")
    return values


def _text(description: Mapping[str, Any], name: str) -> str:
    value = description.get(name) or ""
    if not isinstance(value, str):
        raise AppError(f"{name} must be a text.")
    return value


def _time(description: Mapping[str, Any], name: str) -> datetime | None:
    value = _text(description, name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise AppError(f"{name} must be a date and time in ISO 8601.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _without_port(uri: str) -> str:
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.hostname or "").geturl() if parts.hostname == "localhost" else uri


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")
