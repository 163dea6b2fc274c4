"""Our app's registration with Microsoft, and where its login and its Graph are (FACTS.md §23.1).

| account type           | authority       | who can sign in                              |
|------------------------|-----------------|----------------------------------------------|
| any_org_and_personal   | `common`        | work, school and personal accounts           |
| any_org                | `organizations` | work and school accounts of any organisation |
| this_org               | the tenant's id | accounts of this organisation                |
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant in which Microsoft keeps every personal account."""

_PERMISSIONS = ("User.Read", "Calendars.ReadWrite")
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


class AccountType(StrEnum):
    """Whose accounts may sign in."""

    ANY_ORG_AND_PERSONAL = "any_org_and_personal"
    ANY_ORG = "any_org"
    THIS_ORG = "this_org"


class Cloud(StrEnum):
    """Microsoft's worldwide cloud and its sovereign ones."""

    GLOBAL = "global"
    USGOV = "usgov"
    USGOV_HIGH = "usgov_high"
    CHINA = "china"


LOGIN_URLS = {
    Cloud.GLOBAL: "https://login.microsoftonline.com",
    Cloud.USGOV: "https://login.microsoftonline.us",
    Cloud.USGOV_HIGH: "https://login.microsoftonline.us",
    Cloud.CHINA: "https://login.partner.microsoftonline.cn",
}
GRAPH_URLS = {
    Cloud.GLOBAL: "https://graph.microsoft.com",
    Cloud.USGOV: "https://graph.microsoft.us",
    Cloud.USGOV_HIGH: "https://dod-graph.microsoft.us",
    Cloud.CHINA: "https://microsoftgraph.chinacloudapi.cn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What the administrator told us: an app with a secret, or with a certificate and its key (both PEM).

    `login_url` and `graph_url` replace Microsoft's own, for graphtwin and for tests.
    """

    client_id: str
    client_secret: str = ""
    certificate: str = ""
    private_key: str = ""
    account_type: AccountType = AccountType.ANY_ORG_AND_PERSONAL
    tenant_id: str = ""
    cloud: Cloud = Cloud.GLOBAL
    login_url: str = ""
    graph_url: str = ""

    @property
    def login(self) -> str:
        """The login's address, without a slash at its end."""
        return (self.login_url or LOGIN_URLS[self.cloud]).rstrip("/")

    @property
    def graph(self) -> str:
        """Graph's address, without a slash at its end."""
        return (self.graph_url or GRAPH_URLS[self.cloud]).rstrip("/")

    @property
    def tenant(self) -> str:
        """The tenant's place in the login's addresses."""
        if self.account_type is AccountType.THIS_ORG:
            return self.tenant_id
        return "common" if self.account_type is AccountType.ANY_ORG_AND_PERSONAL else "organizations"

    @property
    def authority(self) -> str:
        """Who vouches for the people that sign in."""
        return f"{self.login}/{self.tenant}"

    @property
    def scopes(self) -> list[str]:
        """The permissions of the first consent; in sovereign clouds they are named with their resource."""
        prefix = "" if self.cloud is Cloud.GLOBAL else f"{GRAPH_URLS[self.cloud]}/"
        return [prefix + permission for permission in _PERMISSIONS]

    @property
    def credential(self) -> str | dict[str, str]:
        """By what we prove to be the app, as MSAL takes it; a certificate goes before a secret."""
        if self.certificate and self.private_key:
            return {"private_key": self.private_key, "public_certificate": self.certificate}
        return self.client_secret

    @property
    def is_of_microsoft(self) -> bool:
        """Whether the login is Microsoft's own, not a simulator."""
        return urlsplit(self.login).hostname in {urlsplit(url).hostname for url in LOGIN_URLS.values()}


def is_guid(text: str) -> bool:
    """Whether a text is an id of Microsoft's: a client id, a tenant id, or a Secret ID pasted for its Value."""
    return bool(_GUID.fullmatch(text.strip()))


def admin_consent_url(registration: Registration, *, redirect_uri: str, state: str) -> str:
    """Where an administrator consents for his whole organisation (FACTS.md §23.8)."""
    tenant = registration.tenant_id or "organizations"
    query = {
        "client_id": registration.client_id,
        "scope": " ".join(registration.scopes),
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return f"{registration.login}/{tenant}/v2.0/adminconsent?{urlencode(query)}"
