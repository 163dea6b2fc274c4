"""Bearer and refresh tokens: issue, expiry, revocation, and whose they are (FACTS.md §23.3, §23.4).

Access tokens look like Microsoft's: three base64 parts for work accounts, whose signature nobody but Graph can check
(the header's nonce is hashed before signing), one opaque text for personal accounts. They are looked up, never
parsed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from graphtwin.aadsts import LoginError
from graphtwin.errors import GraphError
from graphtwin.http import Caller
from graphtwin.mint import Mint

if TYPE_CHECKING:
    from graphtwin.clock import Clock
    from graphtwin.tenant import Mailbox, Tenant

CONTROL_APP = "00000000-0000-4000-8000-000000007e57"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
CONSUMER_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
EVERY_SCOPE = frozenset(
    {
        "Calendars.Read",
        "Calendars.ReadBasic",
        "Calendars.ReadWrite",
        "Calendars.ReadWrite.Shared",
        "MailboxSettings.ReadWrite",
        "Place.Read.All",
        "User.Read",
        "User.ReadBasic.All",
    }
)
REFRESH_LIFE = timedelta(days=90)
_KEPT_AFTER_EXPIRY = timedelta(days=1)
_EXPIRED = "Lifetime validation failed, the token is expired."
_UNKNOWN = "CompactToken parsing failed with error code: 80049217"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One access token; without `address` it is an application's own. `scopes` are short names (scp or roles)."""

    token: str
    app_id: str
    address: str | None
    scopes: frozenset[str]
    issued: datetime
    expires: datetime

    @property
    def expires_in(self) -> int:
        """Seconds, one less than the full life, as Microsoft says them."""
        return int((self.expires - self.issued).total_seconds()) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """One refresh token; `refusal` is the AADSTS code it is answered with, 0 while it is good."""

    token: str
    app_id: str
    address: str
    scopes: frozenset[str]
    last_used: datetime
    refusal: int = 0


class Tokens:
    """All tokens of the tenant. Using a refresh token gives a new one and leaves the old one good."""

    def __init__(self, *, seed: int, clock: Clock, tenant: Tenant) -> None:
        self.mint = Mint(f"{seed}/tokens")
        self.clock = clock
        self.tenant = tenant
        self.access: dict[str, Access] = {}
        self.refresh: dict[str, Refresh] = {}

    def issue(self, mailbox: Mailbox, *, app_id: str = CONTROL_APP, scopes: frozenset[str] = EVERY_SCOPE) -> str:
        """Return a bearer token of the mailbox's owner."""
        return self.grant(app_id=app_id, mailbox=mailbox, scopes=scopes).token

    def grant(self, *, app_id: str, mailbox: Mailbox | None, scopes: frozenset[str]) -> Access:
        """Issue an access token that lives 60 to 90 minutes."""
        self._forget_long_expired()
        now = self.clock.now()
        life = timedelta(seconds=self.mint.number("life", 3600, 5400))
        access = Access(
            token=self._token(app_id, mailbox, scopes, life),
            app_id=app_id,
            address=mailbox.address if mailbox else None,
            scopes=scopes,
            issued=now,
            expires=now + life,
        )
        self.access[access.token] = access
        return access

    def grant_refresh(self, *, app_id: str, address: str, scopes: frozenset[str]) -> Refresh:
        token = f"1.A{self.mint.text('refresh', 300)}"
        refresh = Refresh(token=token, app_id=app_id, address=address, scopes=scopes, last_used=self.clock.now())
        self.refresh[token] = refresh
        return refresh

    def redeem_refresh(self, token: str, app_id: str) -> Refresh:
        """Return the grant of a refresh token; raises LoginError if unknown, another app's, revoked or too old."""
        refresh = self.refresh.get(token)
        if refresh is None or refresh.app_id != app_id:
            raise LoginError(70000)
        if refresh.refusal:
            raise LoginError(refresh.refusal)
        now = self.clock.now()
        if now - refresh.last_used > REFRESH_LIFE:
            raise LoginError(700082)
        self.refresh[token] = replace(refresh, last_used=now)
        return refresh

    def access_for(self, bearer: str) -> Access:
        """Return the token's record; raises GraphError 401 as FACTS §14 if it is unknown or expired."""
        access = self.access.get(bearer)
        if access is None:
            raise _unauthorized(_UNKNOWN)
        if access.expires <= self.clock.now():
            raise _unauthorized(_EXPIRED)
        return access

    def mailbox_for(self, bearer: str) -> Mailbox | None:
        """Return the mailbox whose owner holds the token, None for an application's own; raises GraphError 401."""
        access = self.access_for(bearer)
        return self._holder(access)

    def caller_for(self, authorization: str) -> Caller:
        """Return who calls, from an Authorization header; raises GraphError 401."""
        scheme, _, bearer = authorization.partition(" ")
        if scheme.lower() != "bearer" or not bearer:
            raise _unauthorized("Access token is empty.")
        access = self.access_for(bearer.strip())
        return Caller(mailbox=self._holder(access), app_id=access.app_id, scopes=access.scopes)

    def expire_access(self, *, address: str | None = None, app_id: str | None = None) -> int:
        """Let access tokens of this holder and app expire now; None means any."""
        now = self.clock.now()
        chosen = [each for each in self.access.values() if _concerns(each, address, app_id) and each.expires > now]
        for each in chosen:
            self.access[each.token] = replace(each, expires=now)
        return len(chosen)

    def revoke_refresh(self, *, address: str | None = None, app_id: str | None = None, refusal: int = 50173) -> int:
        """Refuse refresh tokens of this holder and app from now on, with the AADSTS code `refusal`."""
        chosen = [each for each in self.refresh.values() if _concerns(each, address, app_id) and not each.refusal]
        for each in chosen:
            self.refresh[each.token] = replace(each, refusal=refusal)
        return len(chosen)

    def snapshot(self) -> dict[str, Any]:
        return {
            "counters": dict(self.mint.counters),
            "access": [_row(each) for each in self.access.values()],
            "refresh": [_row(each) for each in self.refresh.values()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self.mint.counters.clear()
        self.mint.counters.update(state["counters"])
        self.access = {row["token"]: Access(**_fields(row, "issued", "expires")) for row in state["access"]}
        self.refresh = {row["token"]: Refresh(**_fields(row, "last_used")) for row in state["refresh"]}

    def _holder(self, access: Access) -> Mailbox | None:
        return self.tenant.mailbox(access.address) if access.address else None

    def _token(self, app_id: str, mailbox: Mailbox | None, scopes: frozenset[str], life: timedelta) -> str:
        if mailbox is not None and mailbox.personality == "consumer":
            return f"EwB{self.mint.text('access', 600)}"
        issued = int(self.clock.now().timestamp())
        claims: dict[str, object] = {
            "aud": "https://graph.microsoft.com",
            "iss": f"https://sts.windows.net/{self.tenant.tenant_id}/",
            "iat": issued,
            "nbf": issued,
            "exp": issued + int(life.total_seconds()),
            "appid": app_id,
            "tid": self.tenant.tenant_id,
            "uti": self.mint.text("uti", 16),
            "ver": "1.0",
        }
        names = sorted(scopes)
        if mailbox is None:
            claims |= {"idtyp": "app", "oid": self.mint.guid("service"), "roles": names}
        else:
            claims |= {"idtyp": "user", "name": mailbox.name, "oid": mailbox.object_id}
            claims |= {"scp": " ".join(names), "unique_name": mailbox.address, "upn": mailbox.address}
        header = {"typ": "JWT", "nonce": self.mint.text("nonce", 32), "alg": "RS256", "kid": "graphtwin"}
        return f"{_part(header)}.{_part(claims)}.{self.mint.text('access', 256)}"

    def _forget_long_expired(self) -> None:
        """Dictionaries keep their order, so the oldest are at the front."""
        limit = self.clock.now() - _KEPT_AFTER_EXPIRY
        while self.access and (oldest := next(iter(self.access.values()))).expires < limit:
            del self.access[oldest.token]


def _concerns(token: Access | Refresh, address: str | None, app_id: str | None) -> bool:
    return address in {None, token.address} and app_id in {None, token.app_id}


def _part(content: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


def _unauthorized(message: str) -> GraphError:
    challenge = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    return GraphError(401, "InvalidAuthenticationToken", message, headers={"www-authenticate": challenge})


def _row(token: Access | Refresh) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(token, name) for name in token.__dataclass_fields__}
    row["scopes"] = sorted(token.scopes)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _fields(row: Mapping[str, Any], *times: str) -> dict[str, Any]:
    parsed = {name: datetime.fromisoformat(row[name]) for name in times}
    return {**row, "scopes": frozenset(row["scopes"]), **parsed}
