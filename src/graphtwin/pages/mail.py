"""`/mail`: the whole ledger with filters, and `/mail/{number}`: one mail as a person would read it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from graphtwin.errors import GraphError
from graphtwin.http import Request, Response, Route
from graphtwin.mail import Mail
from graphtwin.pages.ledger import KINDS, mail_line, mail_lines
from graphtwin.pages.outside import ANSWERS, DONE
from graphtwin.pages.rendering import Fields, page, see_other, text
from graphtwin.pages.shell import mail_version, shell

if TYPE_CHECKING:
    from graphtwin.app import Twin

_MOST = 500
_ANSWERABLE = ("request", "update-full", "update-info", "forward")


def mail(twin: Twin, request: Request) -> Response:
    """The newest 500 of a kind and of a mailbox."""
    kind, address = request.params.get("kind", ""), request.params.get("mailbox", "")
    lines = [line for line in mail_lines(twin, address=address or None) if kind in {"", line.mail.kind}]
    return page(
        "mail.html",
        **{**shell(twin, "/mail"), "version": _version(twin), "version_url": "/mail/version"},
        lines=lines[:_MOST],
        hidden=max(0, len(lines) - _MOST),
        kinds=KINDS,
        kind=kind,
        address=address,
    )


def one_mail(twin: Twin, request: Request, number: str) -> Response:
    found = next((each for each in twin.mail.mails if str(each.number) == number), None)
    if found is None:
        raise GraphError(404, "ResourceNotFound", f"There is no mail {number} in the ledger.")
    cause = next((each for each in twin.requests.entries if each.id == found.cause), None)
    return page(
        "mail_one.html",
        **shell(twin, "/mail"),
        line=mail_line(twin, found),
        cause=cause,
        event_url=_event_url(twin, found),
        answers=ANSWERS if found.itip and found.kind in _ANSWERABLE else (),
        done=DONE.get(request.params.get("done", ""), ""),
    )


def _event_url(twin: Twin, about: Mail) -> str:
    """Where the sender's event is shown, on its day; empty once it is gone."""
    mailbox = twin.tenant.find(about.sender)
    event = mailbox.events.get(about.event_id) if mailbox is not None else None
    if mailbox is None or event is None:
        return ""
    return f"/mailboxes/{mailbox.address}?{urlencode({'date': event.start.wall.date().isoformat(), 'event': event.id})}"


def forget_mail(twin: Twin, request: Request) -> Response:
    """Empty the ledger; events stay as they are."""
    Fields(request)
    twin.mail.clear()
    return see_other("/mail")


def mail_page_version(twin: Twin, _request: Request) -> Response:
    return text(_version(twin))


def _version(twin: Twin) -> str:
    return f"{twin.seed}.{mail_version(twin)}"


ROUTES = (
    Route("GET", "/mail", mail),
    Route("GET", "/mail/version", mail_page_version),
    Route("GET", "/mail/{number}", one_mail),
    Route("POST", "/mail/forget", forget_mail),
)
