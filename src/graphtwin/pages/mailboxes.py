"""`/`: the mailboxes of the simulated organisation, and the form to add one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from graphtwin.apps import describe
from graphtwin.http import Request, Response, Route
from graphtwin.pages.place import own_zone, zone_names
from graphtwin.pages.rendering import Fields, page, see_other, text
from graphtwin.pages.shell import mail_version, shell
from graphtwin.tenant import Kind, Personality
from graphtwin.zones import zone_or_none

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

_BLANK = {"address": "", "name": "", "personality": "work", "kind": "user", "timeZone": "UTC", "members": ""}


@dataclass(slots=True, frozen=True, kw_only=True)
class Row:
    """A mailbox with what it holds; `meetings` are events with attendees."""

    mailbox: Mailbox
    zone: str
    events: int
    meetings: int
    sent: int
    received: int


def mailboxes(twin: Twin, request: Request) -> Response:
    added = twin.tenant.find(request.params.get("added", ""))
    done = f"{added.name} has a mailbox now, with an empty calendar." if added is not None else ""
    return _page(twin, values=_BLANK, errors={}, done=done)


def add_mailbox(twin: Twin, request: Request) -> Response:
    """Make an account, as `POST /_twin/mailboxes` does."""
    fields = Fields(request)
    values = {name: fields.one(name, default) for name, default in _BLANK.items()}
    errors = _errors(twin, values)
    if errors:
        return _page(twin, values=values, errors=errors, status=400)
    mailbox = twin.tenant.add_mailbox(
        values["address"],
        values["name"] or None,
        personality=cast(Personality, values["personality"]),
        kind=cast(Kind, values["kind"]),
        members=[each.strip() for each in values["members"].replace(",", ";").split(";") if each.strip()],
    )
    mailbox.settings["timeZone"] = values["timeZone"]
    return see_other("/", added=mailbox.address)


def start_anew(twin: Twin, request: Request) -> Response:
    """Forget everything but clock and switches, once it was confirmed, as `POST /_twin/reset` does."""
    fields = Fields(request)
    seed = fields.one("seed")
    if fields.one("confirm") != "true":
        return _page(
            twin, values=_BLANK, errors={"confirm": "Nothing was changed. Tick the box to confirm."}, status=400
        )
    if not seed.isdecimal():
        return _page(twin, values=_BLANK, errors={"seed": "Give the seed as a whole number."}, status=400)
    twin.reset(int(seed))
    return see_other("/")


def mailboxes_version(twin: Twin, _request: Request) -> Response:
    return text(_version(twin))


def _errors(twin: Twin, values: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    local, _, domain = values["address"].partition("@")
    if not local or not domain or " " in values["address"] or "/" in values["address"]:
        errors["address"] = "Give a mail address such as dora@example.org."
    elif twin.tenant.find(values["address"]) is not None:
        errors["address"] = f"{values['address']} has a mailbox already."
    if values["personality"] not in get_args(Personality):
        errors["personality"] = "Choose work or consumer."
    if values["kind"] not in get_args(Kind):
        errors["kind"] = "Choose user, room or list."
    if zone_or_none(values["timeZone"]) is None:
        errors["timeZone"] = f"“{values['timeZone']}” is no time zone. Use a name such as Europe/Berlin."
    return errors


def _page(
    twin: Twin, *, values: Mapping[str, str], errors: Mapping[str, str], done: str = "", status: int = 200
) -> Response:
    return page(
        "mailboxes.html",
        status=status,
        **{**shell(twin, "/"), "version": _version(twin), "version_url": "/version"},
        rows=_rows(twin),
        apps=tuple(describe(each) for each in twin.apps.registered.values()),
        origin=twin.origin,
        tls_origin=twin.tls_origin,
        values=values,
        errors=errors,
        done=done,
        seed=twin.seed,
        zones=zone_names(),
    )


def _rows(twin: Twin) -> tuple[Row, ...]:
    sent = Counter(mail.sender.lower() for mail in twin.mail.mails)
    received = Counter(address.lower() for mail in twin.mail.mails for address in mail.recipients)
    return tuple(
        Row(
            mailbox=each,
            zone=own_zone(each),
            events=len(each.events),
            meetings=sum(bool(event.attendees) for event in each.events.values()),
            sent=sent[key],
            received=received[key],
        )
        for key, each in twin.tenant.mailboxes.items()
    )


def _version(twin: Twin) -> str:
    changes = sum(each.changes for each in twin.tenant.mailboxes.values())
    return f"{twin.seed}.{len(twin.tenant.mailboxes)}.{changes}.{mail_version(twin)}"


ROUTES = (
    Route("GET", "/", mailboxes),
    Route("GET", "/version", mailboxes_version),
    Route("POST", "/mailboxes", add_mailbox),
    Route("POST", "/start-anew", start_anew),
)
