"""What the login remembers: codes, consents, who is signed in; and the rules about tenants and accounts (FACTS.md §23).

`authorize.py` shows the pages, `token_endpoint.py` redeems grants, `discovery.py` describes both to clients.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from graphtwin.aadsts import LoginError
from graphtwin.mint import Mint
from graphtwin.scopes import covered
from graphtwin.tokens import CONSUMER_TENANT

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.apps import App
    from graphtwin.tenant import Mailbox

CODE_LIFE = timedelta(minutes=10)
WILDCARD_TENANTS = frozenset({"common", "organizations", "consumers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An authorization code; `challenge` is of PKCE, empty without."""

    code: str
    app_id: str
    address: str
    tenant: str
    redirect_uri: str
    scope: str
    nonce: str
    challenge: str
    challenge_method: str
    expires: datetime
    redeemed: bool = False


class Login:
    """The state of the login. `blocked` holds accounts that are disabled."""

    def __init__(self, *, seed: int) -> None:
        self.mint = Mint(f"{seed}/login")
        self.codes: dict[str, Code] = {}
        self.consents: dict[tuple[str, str], frozenset[str]] = {}
        self.admin_consents: dict[str, frozenset[str]] = {}
        self.blocked: set[str] = set()

    def new_code(self, **grant: Any) -> Code:
        code = Code(code=f"1.A{self.mint.text('code', 180)}", **grant)
        self.codes[code.code] = code
        return code

    def redeem_code(self, text: str, app_id: str, now: datetime) -> Code:
        """Take the code once; raises LoginError if it is unknown, another application's, used or too old."""
        code = self.codes.get(text)
        if code is None or code.app_id != app_id:
            raise LoginError(70000)
        if code.redeemed:
            raise LoginError(54005)
        if code.expires <= now:
            raise LoginError(70008)
        self.codes[text] = replace(code, redeemed=True)
        return code

    def consent(self, app_id: str, address: str, scopes: Collection[str]) -> None:
        self.consents[app_id, address] = self.consented(app_id, address) | frozenset(scopes)

    def admin_consent(self, app_id: str, scopes: Collection[str]) -> None:
        self.admin_consents[app_id] = self.admin_consents.get(app_id, frozenset()) | frozenset(scopes)

    def withdraw_consent(self, app_id: str | None, address: str | None) -> int:
        """Forget what this account (None: everybody, the administrator too) granted this application (None: any)."""
        chosen = [key for key in self.consents if app_id in {None, key[0]} and address in {None, key[1]}]
        for key in chosen:
            del self.consents[key]
        if address is None:
            for name in [each for each in self.admin_consents if app_id in {None, each}]:
                del self.admin_consents[name]
        return len(chosen)

    def consented(self, app_id: str, address: str) -> frozenset[str]:
        """What the account, or the administrator for all, has granted."""
        own = self.consents.get((app_id, address), frozenset())
        return own | self.admin_consents.get(app_id, frozenset())

    def is_consented(self, app_id: str, address: str, scopes: Collection[str]) -> bool:
        granted = self.consented(app_id, address)
        return all(covered(each, granted) for each in scopes)

    def snapshot(self) -> dict[str, Any]:
        return {
            "counters": dict(self.mint.counters),
            "codes": [{**asdict(each), "expires": each.expires.isoformat()} for each in self.codes.values()],
            "consents": [[*key, sorted(scopes)] for key, scopes in self.consents.items()],
            "admin_consents": {name: sorted(scopes) for name, scopes in self.admin_consents.items()},
            "blocked": sorted(self.blocked),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self.mint.counters.clear()
        self.mint.counters.update(state["counters"])
        codes = [Code(**{**row, "expires": datetime.fromisoformat(row["expires"])}) for row in state["codes"]]
        self.codes = {each.code: each for each in codes}
        self.consents = {(app, address): frozenset(scopes) for app, address, scopes in state["consents"]}
        self.admin_consents = {name: frozenset(scopes) for name, scopes in state["admin_consents"].items()}
        self.blocked = set(state["blocked"])


def check_tenant(twin: Twin, tenant: str, app: App | None = None) -> None:
    """Raises LoginError for an unknown tenant, and for a single-tenant application on /common."""
    if tenant.lower() in WILDCARD_TENANTS:
        if app is not None and app.sign_in_audience == "AzureADMyOrg":
            raise LoginError(50194, f"Application '{app.app_id}'.")
    elif tenant.lower() not in {twin.tenant.tenant_id, CONSUMER_TENANT, *_domains(twin)}:
        raise LoginError(90002, f"Tenant '{tenant}'.")


def tenant_of(twin: Twin, mailbox: Mailbox) -> str:
    return CONSUMER_TENANT if mailbox.personality == "consumer" else twin.tenant.tenant_id


def may_sign_in(twin: Twin, tenant: str, app: App, mailbox: Mailbox) -> bool:
    """Whether this account can be used at this tenant's address and with this application."""
    personality = mailbox.personality
    if personality == "consumer":
        fits_tenant = tenant.lower() in {"common", "consumers", CONSUMER_TENANT}
        fits_app = app.sign_in_audience in {"AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"}
    else:
        fits_tenant = tenant.lower() in {"common", "organizations", twin.tenant.tenant_id, *_domains(twin)}
        fits_app = app.sign_in_audience != "PersonalMicrosoftAccount"
    return fits_tenant and fits_app and mailbox.kind == "user"


def _domains(twin: Twin) -> set[str]:
    """The organisation's domains are those of its work accounts."""
    return {
        each.address.lower().partition("@")[2] for each in twin.tenant.mailboxes.values() if each.personality == "work"
    }
