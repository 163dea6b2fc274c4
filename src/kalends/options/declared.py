"""Every setting, declared once: this list feeds the settings page, the command line, the defaults and the docs.

A setting's value comes from the environment if its variable is set, else from the database, else it is the default.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)

OptionValue = str | int | bool | dt.date | None


class OptionRefused(Exception):
    """A value that a setting cannot have; the message is for whoever typed it."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Kind(StrEnum):
    """What a setting's value is, and so how it is asked for."""

    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    DATE = "date"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    LONG_SECRET = "long secret"  # noqa: S105 - the same


SECRETS = frozenset({Kind.SECRET, Kind.LONG_SECRET})


def any_text(text: str) -> str:
    """Whatever was typed is fine."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. `check` returns the text to be kept, or raises OptionRefused."""

    name: str
    title: str
    help: str
    section: str
    kind: Kind = Kind.TEXT
    default: str = ""
    choices: Mapping[str, str] | None = None
    lowest: int = 0
    highest: int = 1_000_000
    check: Callable[[str], str] = any_text

    @property
    def secret(self) -> bool:
        """Whether the value is sealed at rest and never shown."""
        return self.kind in SECRETS

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return "KALENDS_" + self.name.upper().replace(".", "_")

    def parse(self, text: str) -> OptionValue:
        """The value that a text means; raises OptionRefused with words."""
        text = text.strip()
        match self.kind:
            case Kind.NUMBER:
                return self._number(text)
            case Kind.SWITCH:
                return _switch(text)
            case Kind.DATE:
                return _date(text)
            case Kind.CHOICE:
                if text not in (self.choices or {}):
                    raise OptionRefused(f"“{text}” is none of: {', '.join(self.choices or {})}.")
        return self.check(text) if text else ""

    def _number(self, text: str) -> int:
        if not text.isdecimal() or not self.lowest <= int(text) <= self.highest:
            raise OptionRefused(f"A whole number from {self.lowest} to {self.highest} is needed, not “{text}”.")
        return int(text)


def _switch(text: str) -> bool:
    known = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
    if text.lower() not in known:
        raise OptionRefused(f"“on” or “off” is needed, not “{text}”.")
    return known[text.lower()]


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise OptionRefused(f"A date like 2027-01-31 is needed, not “{text}”.") from None


def client_id(text: str) -> str:
    """The Application (client) ID, a GUID."""
    if not GUID.fullmatch(text):
        raise OptionRefused(
            "The Application (client) ID looks like 11111111-2222-3333-4444-555555555555; copy it from the app's page."
        )
    return text.lower()


def client_secret(text: str) -> str:
    """The secret's Value, which Microsoft shows once, not its Secret ID, which is a GUID (FEATURES 1.6)."""
    if GUID.fullmatch(text):
        raise OptionRefused(
            "This is the Secret ID. The Value beside it is needed, which is shown only right after the secret is made."
        )
    return text


def tenant(text: str) -> str:
    """A tenant's GUID or one of its verified domains."""
    if not (GUID.fullmatch(text) or DOMAIN.fullmatch(text)):
        raise OptionRefused("The Directory (tenant) ID is needed, or a domain of the organisation such as example.com.")
    return text.lower()


def certificate(text: str) -> str:
    """A certificate in PEM."""
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise OptionRefused("A certificate in PEM form is needed; it begins with -----BEGIN CERTIFICATE-----.")
    return text


def private_key(text: str) -> str:
    """A private key in PEM, without a password."""
    if "PRIVATE KEY-----" not in text or "ENCRYPTED" in text:
        raise OptionRefused(
            "An unencrypted private key in PEM form is needed; it begins with -----BEGIN PRIVATE KEY-----."
        )
    return text


def mail_address(text: str) -> str:
    """An address that mail can be sent from or to."""
    if not ADDRESS.fullmatch(text):
        raise OptionRefused(f"“{text}” is not an e-mail address.")
    return text


def domains(text: str) -> str:
    """Mail domains, apart by commas or spaces."""
    names = text.lower().replace(",", " ").split()
    wrong = [name for name in names if not DOMAIN.fullmatch(name)]
    if wrong:
        raise OptionRefused(f"“{wrong[0]}” is not a domain such as example.com.")
    return ", ".join(names)


APP = "Outlook app registration"
SYNC = "Calendar sync"
MAIL = "Mail"

SETTINGS = (
    Setting(
        name="outlook.client_id",
        title="Client ID",
        section=APP,
        help="The Application (client) ID of the app registered with Microsoft; it is on the app's overview page.",
        check=client_id,
    ),
    Setting(
        name="outlook.client_secret",
        title="Client secret",
        section=APP,
        kind=Kind.SECRET,
        help="The Value of a client secret of that app. Microsoft shows it once; the Secret ID beside it is not it.",
        check=client_secret,
    ),
    Setting(
        name="outlook.client_secret_expires",
        title="Client secret expires",
        section=APP,
        kind=Kind.DATE,
        help="The day Microsoft shows beside the secret, at most 24 months ahead. Administrators are warned before it.",
    ),
    Setting(
        name="outlook.next_client_secret",
        title="Next client secret",
        section=APP,
        kind=Kind.SECRET,
        help="While rotating: a second secret, used as soon as Microsoft refuses the first.",
        check=client_secret,
    ),
    Setting(
        name="outlook.next_client_secret_expires",
        title="Next client secret expires",
        section=APP,
        kind=Kind.DATE,
        help="The day Microsoft shows beside the next secret.",
    ),
    Setting(
        name="outlook.certificate",
        title="Certificate",
        section=APP,
        kind=Kind.LONG_TEXT,
        help="Instead of a secret: the certificate uploaded to the app, in PEM form. With it, the secret is not used.",
        check=certificate,
    ),
    Setting(
        name="outlook.certificate_key",
        title="Certificate's private key",
        section=APP,
        kind=Kind.LONG_SECRET,
        help="The private key of that certificate, in PEM form, without a password.",
        check=private_key,
    ),
    Setting(
        name="outlook.account_type",
        title="Who may connect",
        section=APP,
        kind=Kind.CHOICE,
        default="any_org_and_personal",
        choices={
            "any_org_and_personal": "Any organisation, and personal Microsoft accounts",
            "any_org": "Any organisation",
            "this_org": "This organisation only",
        },
        help="What was chosen as “Supported account types” when the app was registered.",
    ),
    Setting(
        name="outlook.tenant_id",
        title="Tenant ID",
        section=APP,
        help="For “this organisation only”: the Directory (tenant) ID, or a domain of the organisation.",
        check=tenant,
    ),
    Setting(
        name="outlook.cloud",
        title="Microsoft cloud",
        section=APP,
        kind=Kind.CHOICE,
        default="global",
        choices={
            "global": "Global",
            "usgov": "US Government (GCC High)",
            "usgov_high": "US Government (DoD)",
            "china": "China (21Vianet)",
        },
        help="Where the organisation's accounts live. Nearly everywhere this is Global.",
    ),
    Setting(
        name="outlook.admin_consented",
        title="Administrator's consent given",
        section=APP,
        kind=Kind.DATE,
        help="The day an administrator of the organisation consented for everybody; filled in when it happens.",
    ),
    Setting(
        name="outlook.sync_enabled",
        title="Sync with Outlook",
        section=SYNC,
        kind=Kind.SWITCH,
        default="on",
        help="The master switch. Off: nothing is read from or written to anybody's Outlook; edits wait.",
    ),
    Setting(
        name="outlook.days_back",
        title="Days back",
        section=SYNC,
        kind=Kind.NUMBER,
        default="180",
        lowest=1,
        highest=1825,
        help="How far into the past calendars are kept identical.",
    ),
    Setting(
        name="outlook.days_ahead",
        title="Days ahead",
        section=SYNC,
        kind=Kind.NUMBER,
        default="730",
        lowest=7,
        highest=1825,
        help="How far into the future calendars are kept identical. What is made beyond it is written all the same.",
    ),
    Setting(
        name="outlook.notification_url",
        title="Notification address",
        section=SYNC,
        help="A public https address that leads here, so that Outlook can tell of changes at once. Empty: the address "
        "of this installation if it is https, else calendars are looked at every few seconds or minutes.",
    ),
    Setting(
        name="mail.host",
        title="Mail server",
        section=MAIL,
        help="The SMTP server that takes mail from Kalends. Without it no mail leaves; what would be sent is kept and "
        "listed under Mails.",
    ),
    Setting(
        name="mail.port",
        title="Mail server's port",
        section=MAIL,
        kind=Kind.NUMBER,
        default="587",
        lowest=1,
        highest=65535,
        help="Usually 587 with STARTTLS, 465 with TLS, 25 without either.",
    ),
    Setting(
        name="mail.security",
        title="Mail server's security",
        section=MAIL,
        kind=Kind.CHOICE,
        default="starttls",
        choices={"starttls": "STARTTLS", "tls": "TLS from the start", "none": "None (only on the same machine)"},
        help="How the way to the mail server is protected.",
    ),
    Setting(
        name="mail.user",
        title="Mail server's user",
        section=MAIL,
        help="The name to sign in to the mail server with; empty if it asks for none.",
    ),
    Setting(
        name="mail.password",
        title="Mail server's password",
        section=MAIL,
        kind=Kind.SECRET,
        help="The password of that user.",
    ),
    Setting(
        name="mail.from",
        title="From address",
        section=MAIL,
        help="The address that mail of Kalends itself comes from, such as calendar@example.com.",
        check=mail_address,
    ),
    Setting(
        name="mail.our_domains",
        title="Our mail domains",
        section=MAIL,
        help="Domains, apart by commas, whose people Kalends may mail for in their own name. Invitations of all others "
        "come from the From address, and nobody's answer is mailed for them.",
        check=domains,
    ),
    Setting(
        name="mail.inbound_address",
        title="Address for answers",
        section=MAIL,
        help="An address whose mail is piped into “kalends receive-mail”, so that answers given in a mail program are "
        "taken in. Without it, people outside answer by the link in the invitation.",
        check=mail_address,
    ),
)
BY_NAME: Mapping[str, Setting] = {each.name: each for each in SETTINGS}


def setting(name: str) -> Setting:
    """The declaration of a setting; raises OptionRefused for a name that there is not."""
    if name not in BY_NAME:
        raise OptionRefused(f"There is no setting “{name}”. Known are: {', '.join(BY_NAME)}.")
    return BY_NAME[name]
