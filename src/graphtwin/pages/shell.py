"""The frame around every page: the mailboxes at the left, the pages of the simulator, what was just done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphtwin.pages.ledger import MailLine, mail_line
from graphtwin.pages.rendering import time_words

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

SECTIONS = (
    ("/", "Mailboxes"),
    ("/mail", "Mail ledger"),
    ("/outside", "People outside"),
    ("/requests", "Requests"),
    ("/faults", "Faults"),
    ("/clock", "Clock"),
)


def shell(twin: Twin, section: str, mailbox: Mailbox | None = None) -> dict[str, Any]:
    """Return the values every page's template needs."""
    return {
        "section": section,
        "sections": SECTIONS,
        "mailboxes": tuple(twin.tenant.mailboxes.values()),
        "mailbox": mailbox,
        "mail_count": len(twin.mail.mails),
        "now": twin.now(),
        "clock_words": time_words(twin.now()),
        "clock_frozen": twin.clock.frozen,
        "version_url": None,
        "version": None,
    }


def sent_since(twin: Twin, number: int) -> tuple[MailLine, ...]:
    """The mails after one number: what an action just mailed."""
    return tuple(mail_line(twin, mail) for mail in twin.mail.mails if mail.number > number)


def last_mail(twin: Twin) -> int:
    return twin.mail.mails[-1].number if twin.mail.mails else 0


def version(twin: Twin, mailbox: Mailbox) -> str:
    """A short text that differs whenever the mailbox or the ledger did change."""
    return f"{twin.seed}.{mailbox.changes}.{mail_version(twin)}"


def mail_version(twin: Twin) -> str:
    return f"{last_mail(twin)}.{len(twin.mail.mails)}"
