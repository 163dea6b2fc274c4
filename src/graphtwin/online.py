"""Online meetings: the join address comes with the event and stays (FACTS §2.1, §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from graphtwin import bodies

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Event
    from graphtwin.tenant import Mailbox


def providers(mailbox: Mailbox) -> list[str]:
    return ["teamsForBusiness"] if mailbox.personality == "work" else ["unknown"]


def drop_fixed(event: Event, fields: dict[str, Any]) -> None:
    """Once a meeting is online, later changes of that are ignored; a body without its block ends it (FACTS §2.6)."""
    if event.online_meeting is None:
        return
    fields.pop("is_online_meeting", None)
    fields.pop("online_meeting_provider", None)
    if "body" in fields and event.online_meeting["joinUrl"] not in fields["body"]:
        fields["is_online_meeting"], fields["online_meeting"] = False, None


def fill_in(twin: Twin, mailbox: Mailbox, event: Event) -> None:
    """Give a new online meeting its address; where Teams is not allowed the wish is silently ignored."""
    if not event.is_online_meeting or event.online_meeting is not None or not event.is_organizer:
        return
    if "teamsForBusiness" not in providers(mailbox):
        event.is_online_meeting = False
        event.online_meeting_provider = "unknown"
        return
    event.online_meeting_provider = "teamsForBusiness"
    thread = twin.tenant.ids.guid("thread", event.number).replace("-", "")
    oid = mailbox.object_id
    context = quote(f'{{"Tid":"{twin.tenant.tenant_id}","Oid":"{oid}"}}', safe="")
    url = f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{thread}%40thread.v2/0?context={context}"
    event.online_meeting = {"joinUrl": url}
    event.body = _with_block(event.body, url)
    event.preview = bodies.preview(event.body)


def _with_block(body: str, url: str) -> str:
    """Return the body with the lines Teams writes below it."""
    rule = "_" * 80
    link = f'<a href="{url}">Join the meeting now</a>'
    block = f"<div>{rule}</div><div>Microsoft Teams meeting</div><div>{link}</div><div>{rule}</div>"
    before, end, after = body.rpartition("</body>")
    return f"{before}{block}{end}{after}" if end else bodies.from_html(block)
