"""The way to Microsoft: our registration out of the settings, the login, and Graph as the owner of one mailbox.

`open_microsoft` gives the one that this process shares; tests hand in their own.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import httpx2
from django.conf import settings
from django.utils import timezone

from kalends.graph.auth import Login, MailboxTokens, TokenSet
from kalends.graph.client import Graph, open_http
from kalends.graph.login_http import open_login_http
from kalends.graph.registration import AccountType, Cloud, Registration
from kalends.mailboxes.models import Mailbox
from kalends.options.sealing import CannotOpen, seal, unseal
from kalends.options.stored import read, read_text, write
from kalends.sync.errors import Access, AccessLost

CALLBACK_PATHS = ("/microsoft_account/authentication", "/oauth2/outlook/callback")
NOTIFICATIONS_PATH = "/outlook/notifications"


@dataclass(frozen=True, slots=True, kw_only=True)
class Microsoft:
    """Everything that reaches Microsoft, with our clock."""

    registration: Registration
    login_http: httpx2.Client
    graph_http: httpx2.Client
    now: Callable[[], dt.datetime] = timezone.now

    @property
    def login(self) -> Login:
        return _login(self.registration, self.login_http, self.now)

    def graph(self, mailbox: Mailbox) -> Graph:
        """Graph as the mailbox's owner; renewed tokens are kept with the mailbox. Raises AccessLost."""
        tokens = MailboxTokens(
            self.login,
            open_tokens(mailbox),
            store=lambda tokens: keep_tokens(mailbox, tokens),
            now=self.now,
        )
        return Graph(self.graph_http, tokens)

    def graph_with(self, tokens: TokenSet) -> Graph:
        """Graph as whoever just signed in."""
        held = MailboxTokens(self.login, tokens, store=lambda _: None, now=self.now)
        return Graph(self.graph_http, held)


def open_microsoft() -> Microsoft:
    """Microsoft by the settings as they are now; connections are shared by all of the process."""
    registration = registration_by_settings()
    ca_file = settings.CA_FILE or None
    return Microsoft(
        registration=registration,
        login_http=_login_http(ca_file),
        graph_http=_graph_http(registration.graph, ca_file),
    )


def registration_by_settings() -> Registration:
    """What administrators entered; a secret past its day gives way to the next one (FEATURES 1.7)."""
    expires = read("outlook.client_secret_expires")
    following = read_text("outlook.next_client_secret")
    expired = isinstance(expires, dt.date) and expires < timezone.now().date()
    return Registration(
        client_id=read_text("outlook.client_id"),
        client_secret=following if following and expired else read_text("outlook.client_secret"),
        certificate=read_text("outlook.certificate"),
        private_key=read_text("outlook.certificate_key"),
        account_type=AccountType(read_text("outlook.account_type")),
        tenant_id=read_text("outlook.tenant_id"),
        cloud=Cloud(read_text("outlook.cloud")),
        login_url=settings.MICROSOFT_LOGIN_URL,
        graph_url=settings.GRAPH_URL,
    )


def redirect_uris() -> tuple[str, ...]:
    """The addresses to register with Microsoft; both work (FEATURES 1.2, 1.3)."""
    return tuple(settings.BASE_URL + path for path in CALLBACK_PATHS)


def notification_url() -> str:
    """Where Outlook can tell us of changes; empty when it cannot reach us.

    Microsoft demands https from the public internet; a simulator on this machine takes what there is.
    """
    told = read_text("outlook.notification_url").rstrip("/")
    reachable = settings.BASE_URL.startswith("https:") or bool(settings.GRAPH_URL)
    address = told or (settings.BASE_URL if reachable else "")
    return address + NOTIFICATIONS_PATH if address and not address.endswith(NOTIFICATIONS_PATH) else address


def keep_tokens(mailbox: Mailbox, tokens: TokenSet) -> None:
    """Seal the tokens and keep them with the mailbox."""
    mailbox.tokens = seal(tokens.to_json(), _identity(mailbox))
    Mailbox.objects.filter(pk=mailbox.pk).update(tokens=mailbox.tokens)


def open_tokens(mailbox: Mailbox) -> TokenSet:
    """The mailbox's tokens; raises AccessLost when there are none that can be opened."""
    if not mailbox.tokens:
        message = "There is no sign-in kept for this account. Connect Outlook again."
        raise AccessLost(message)
    try:
        return TokenSet.from_json(unseal(mailbox.tokens, _identity(mailbox)))
    except CannotOpen as error:
        message = "The sign-in kept for this account cannot be opened with this installation's keys. Connect again."
        raise AccessLost(message) from error


class RotatingLogin(Login):
    """A login that turns to the next client secret once Microsoft refuses the present one (FEATURES 1.7)."""

    def renewed(self, tokens: TokenSet) -> TokenSet:
        try:
            return super().renewed(tokens)
        except AccessLost as error:
            if error.whose_turn is not Access.ADMINISTRATOR or not read_text("outlook.next_client_secret"):
                raise
        _promote_next_secret()
        return open_microsoft().login.renewed(tokens)


def _promote_next_secret() -> None:
    expires = read("outlook.next_client_secret_expires")
    write("outlook.client_secret", read_text("outlook.next_client_secret"))
    write("outlook.client_secret_expires", str(expires or ""))
    write("outlook.next_client_secret", "")
    write("outlook.next_client_secret_expires", "")


def _identity(mailbox: Mailbox) -> str:
    return f"mailbox:{mailbox.pk}"


@lru_cache(maxsize=8)
def _login(registration: Registration, http: httpx2.Client, now: Callable[[], dt.datetime]) -> Login:
    return RotatingLogin(registration, http, now)


@lru_cache(maxsize=4)
def _login_http(ca_file: str | None) -> httpx2.Client:
    return open_login_http(ca_file=ca_file)


@lru_cache(maxsize=4)
def _graph_http(graph_url: str, ca_file: str | None) -> httpx2.Client:
    return open_http(graph_url, ca_file=ca_file)
