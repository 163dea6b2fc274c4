"""Signing in with Microsoft: to its page, back with a code, to tokens that are renewed for as long as it allows.

1. `begin` gives the address of Microsoft's page, and a flow (PKCE verifier, nonce, state) for the person's session.
2. `finish` takes what came back: the state must be the session's, the code becomes tokens, the id_token must hold.
3. `MailboxTokens` hands out the access token and renews it in time; each renewal's refresh token replaces the last.

MSAL remembers a refusal for a minute and its answers per application object; an object that was refused is forgotten,
so that what somebody repaired works at once (FACTS.md §24).
"""

import datetime as dt
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import httpx2
import msal
import msgspec

from kalends.graph.id_token import verified_claims
from kalends.graph.login_errors import SignInRefused, login_error, words_of
from kalends.graph.login_http import MsalHttp
from kalends.graph.registration import Registration
from kalends.sync.errors import Access, AccessLost, Transient

Flow = dict[str, Any]
_EARLY = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSet:
    """What a sign-in is worth; `expires_at` is aware UTC. To be encrypted wherever it rests."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: dt.datetime

    def to_json(self) -> str:
        """As text, for storing."""
        return msgspec.json.encode(asdict(self)).decode()

    @classmethod
    def from_json(cls, text: str) -> "TokenSet":
        """From stored text; raises msgspec.ValidationError."""
        return msgspec.json.decode(text, type=cls)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who signed in: (tenant_id, object_id) names the account, `user_name` and `name` are for people (RULES 1.3)."""

    tenant_id: str
    object_id: str
    user_name: str
    name: str
    tokens: TokenSet


class Login:
    """Microsoft's login for one registration; `http` is what `open_login_http` gave."""

    def __init__(self, registration: Registration, http: httpx2.Client, now: Callable[[], dt.datetime]) -> None:
        self.registration = registration
        self._http = http
        self._now = now
        self._application: msal.ConfidentialClientApplication | None = None

    def begin(self, redirect_uri: str, *, login_hint: str | None = None, choose: bool = False) -> tuple[str, Flow]:
        """The address to send the browser to, and the flow to keep in its session (plain JSON).

        With `choose` Microsoft lets the person pick an account, even if one is signed in.
        """
        with warnings.catch_warnings():
            # MSAL advises form_post; a session's cookie does not come along with a post from another site.
            warnings.filterwarnings("ignore", message="response_mode=", category=UserWarning)
            flow = self._msal().initiate_auth_code_flow(
                self.registration.scopes,
                redirect_uri=redirect_uri,
                login_hint=login_hint,
                prompt="select_account" if choose else None,
            )
        return str(flow["auth_uri"]), dict(flow)

    def finish(self, flow: Flow, answer: Mapping[str, str]) -> SignIn:
        """The sign-in, from what the browser brought back; raises SignInRefused, AccessLost and Transient."""
        result = self._redeemed(flow, answer)
        claims = verified_claims(self._http, self.registration, str(result.get("id_token")), flow)
        return SignIn(
            tenant_id=str(claims["tid"]),
            object_id=str(claims["oid"]),
            user_name=str(claims.get("preferred_username") or ""),
            name=str(claims.get("name") or ""),
            tokens=self._token_set(result, ""),
        )

    def _redeemed(self, flow: Flow, answer: Mapping[str, str]) -> dict[str, Any]:
        if answer.get("error"):
            raise SignInRefused(words_of(answer))
        try:
            result = self._ask(lambda app: app.acquire_token_by_auth_code_flow(flow, dict(answer)))
        except (ValueError, RuntimeError) as error:
            message = "This sign-in does not belong to this browser, or was used before. Connect Outlook again."
            raise SignInRefused(message) from error
        if "access_token" not in result:
            raise _refused_to(result)
        return result

    def renewed(self, tokens: TokenSet) -> TokenSet:
        """New tokens for old; raises AccessLost and Transient."""
        scopes = self.registration.scopes
        result = self._ask(lambda app: app.acquire_token_by_refresh_token(tokens.refresh_token, scopes))
        if "access_token" not in result:
            raise login_error(result)
        return self._token_set(result, tokens.refresh_token)

    def as_the_app(self) -> dict[str, Any]:
        """MSAL's answer to a token for the app itself; only its errors are of interest, to whoever checks a secret."""
        return self._ask(lambda app: app.acquire_token_for_client([f"{self.registration.graph}/.default"]))

    def with_no_token(self) -> dict[str, Any]:
        """MSAL's answer to a refresh token that nobody has: an `invalid_grant` says that the app itself is known."""
        return self._ask(lambda app: app.acquire_token_by_refresh_token("none", self.registration.scopes))

    def _token_set(self, result: Mapping[str, Any], former_refresh_token: str) -> TokenSet:
        return TokenSet(
            access_token=str(result["access_token"]),
            refresh_token=str(result.get("refresh_token") or former_refresh_token),
            expires_at=self._now() + dt.timedelta(seconds=int(result.get("expires_in") or 0)),
        )

    def _ask(self, question: Callable[[msal.ConfidentialClientApplication], Any]) -> dict[str, Any]:
        """MSAL's answer; raises Transient when the login cannot be reached, has a trouble of its own, or is odd."""
        try:
            result = cast("dict[str, Any]", question(self._msal()))
        except (httpx2.HTTPError, OSError, msal.exceptions.MsalError, json.JSONDecodeError) as error:
            self._application = None
            message = f"Microsoft's login cannot be reached ({error})."
            raise Transient(message) from error
        if "error" in result:
            self._application = None
        return result

    def _msal(self) -> msal.ConfidentialClientApplication:
        if self._application is None:
            self._application = self._new_application()
        return self._application

    def _new_application(self) -> msal.ConfidentialClientApplication:
        registration = self.registration
        try:
            return msal.ConfidentialClientApplication(
                registration.client_id,
                authority=registration.authority,
                client_credential=registration.credential or None,
                instance_discovery=False,
                http_client=MsalHttp(self._http),
                token_cache=_Forgetful(),
            )
        except (httpx2.HTTPError, OSError) as error:
            message = f"Microsoft's login cannot be reached ({error})."
            raise Transient(message) from error
        except ValueError as error:
            message = "Microsoft's login does not know the tenant, or the certificate or its key cannot be read."
            raise AccessLost(message, Access.ADMINISTRATOR) from error


def _refused_to(result: Mapping[str, Any]) -> Exception:
    error = login_error(result)
    return error if isinstance(error, Transient) else SignInRefused(str(error))


class _Forgetful(msal.TokenCache):  # type: ignore[misc] # MSAL has no types
    """Tokens rest with their mailbox, encrypted; nowhere else."""

    def add(self, event: Any, now: Any = None) -> None:
        """Keep nothing."""


class MailboxTokens:
    """The tokens of one mailbox; `store` is called with every renewed set, before it is used."""

    def __init__(
        self, login: Login, tokens: TokenSet, *, store: Callable[[TokenSet], None], now: Callable[[], dt.datetime]
    ) -> None:
        self._login = login
        self._tokens = tokens
        self._store = store
        self._now = now

    def access_token(self) -> str:
        """A token with some minutes left; raises AccessLost and Transient."""
        if self._now() < self._tokens.expires_at - _EARLY:
            return self._tokens.access_token
        return self.renewed_access_token()

    def renewed_access_token(self) -> str:
        """A new token, whatever the old one's age; raises AccessLost and Transient."""
        self._tokens = self._login.renewed(self._tokens)
        self._store(self._tokens)
        return self._tokens.access_token
