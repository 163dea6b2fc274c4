"""calendarView/delta (FACTS §6): what changed in a window since a token.

A token holds the calendar, the window, the change number it is `since`, the change number `until` at which its round
began, and how far the round has come (`after`: the number of the last group shown). Events created before others come
first, so a round is steady while the mailbox changes under it: what changes during the round comes again after it.

    1. first call: since 0, only what is in the window
    2. pages of groups (a single event, or a series whole) until the round is through: nextLink
    3. then the tombstones, and deltaLink with since = until

Entries: masters, singles and exceptions in full; unchanged occurrences short, in the series' own Windows zone;
nothing for a deleted occurrence; `@removed` for what was deleted or is not in the window (any more).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from graphtwin import series
from graphtwin.access import graph_route
from graphtwin.errors import GraphError, bad_request
from graphtwin.event_routes import Place, place_of
from graphtwin.http import Request, Response, Route
from graphtwin.ids import occurrence_id, occurrence_ids
from graphtwin.preferences import View, view_of
from graphtwin.render import occurrence_etag, shown_id, wall_text
from graphtwin.window import window_of
from graphtwin.zones import windows_name

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.items import Event, Tombstone
    from graphtwin.tenant import Mailbox

_REFUSED = ("$select", "$expand", "$filter", "$orderby", "$search")
_TYPE = b'{"@odata.type":"#microsoft.graph.event",'
_FOREVER = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


class Token(msgspec.Struct, frozen=True, array_like=True):
    """Everything a round needs to go on; opaque to clients."""

    object_id: str
    calendar_id: str
    generation: int
    begin: datetime
    end: datetime
    since: int
    until: int
    after: int = 0
    serial: int = 0
    issued: datetime | None = None

    def text(self) -> str:
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(self)).decode().rstrip("=")


def read_token(text: str) -> Token:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.msgpack.decode(raw, type=Token)
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise bad_request("Badly formed token.") from error


def calendar_view_delta(twin: Twin, request: Request, **params: str) -> Response:
    """Answer one page of a round."""
    place, view = place_of(twin, request, params), view_of(request)
    names = {name.lower(): value for name, value in request.params.items()}
    text = names.get("$skiptoken") or names.get("$deltatoken")
    if text:
        token = _known(twin, place, read_token(text), continues="$skiptoken" in names)
    else:
        _refuse_options(names)
        begin, end = window_of(request)
        token = _first(place, begin, end)
    return _page(twin, request, place.mailbox, token, view)


def events_delta(twin: Twin, request: Request, **params: str) -> Response:
    """`/events/delta`: singles and masters without a window; with one, as calendarView/delta (FACTS §6.1, §25.10)."""
    place, view = place_of(twin, request, params), view_of(request)
    if not twin.switches.events_delta_enabled:
        raise bad_request("Resource not found for the segment 'delta'.")
    names = {name.lower(): value for name, value in request.params.items()}
    text = names.get("$skiptoken") or names.get("$deltatoken")
    if text:
        token = _known(twin, place, read_token(text), continues="$skiptoken" in names)
    else:
        token = _first(place, *(window_of(request) if "enddatetime" in names else _FOREVER))
    return _page(twin, request, place.mailbox, token, view)


def _refuse_options(names: dict[str, str]) -> None:
    refused = next((name for name in _REFUSED if name in names), None)
    if refused is not None:
        raise bad_request(
            "The following parameters are not supported with change tracking over the 'CalendarView' resource: "
            f"'{refused}'."
        )


def _first(place: Place, begin: datetime, end: datetime) -> Token:
    mailbox = place.mailbox
    return Token(mailbox.object_id, place.target.id, mailbox.delta_generation, begin, end, 0, mailbox.changes)


def _known(twin: Twin, place: Place, token: Token, *, continues: bool) -> Token:
    """Check a token that came back; a deltaLink begins a new round at the present change."""
    mailbox = place.mailbox
    if token.object_id != mailbox.object_id or token.calendar_id not in mailbox.calendars:
        raise bad_request("Badly formed token.")
    if token.generation != mailbox.delta_generation or _is_too_old(twin, token):
        code = twin.switches.expired_delta_answer
        raise GraphError(
            410, code, "The sync state generation is not found; the client must start again without a token."
        )
    if continues:
        return token
    since = max(token.until - twin.switches.delta_replays_last_changes, 0) if token.until else token.since
    return msgspec.structs.replace(token, since=since, until=mailbox.changes, after=0, serial=token.serial + 1)


def _is_too_old(twin: Twin, token: Token) -> bool:
    """How long a token lives is not established (FACTS §25.5); without the switch it has no date and no end."""
    days = twin.switches.delta_token_life_days
    return days > 0 and token.issued is not None and twin.now() > token.issued + timedelta(days=days)


def _page(twin: Twin, request: Request, mailbox: Mailbox, token: Token, view: View) -> Response:
    size = min(view.page_size or twin.switches.delta_page_size, twin.switches.delta_page_size_limit)
    entries: list[bytes] = []
    after = token.after
    finished = True
    for event in _groups(mailbox, token):
        if len(entries) >= size:
            finished = False
            break
        entries += _entries(twin, mailbox, event, token, view)
        after = event.number
    if finished and entries and twin.switches.delta_empty_page_before_last:
        finished = False
    if finished:
        entries += [_removed(view, each) for each in _tombstones(mailbox, token)]
    issued = twin.now() if twin.switches.delta_token_life_days else None
    return _answer(
        request, entries, msgspec.structs.replace(token, after=after, issued=issued), view, finished=finished
    )


def _answer(request: Request, entries: list[bytes], token: Token, view: View, *, finished: bool) -> Response:
    name, option = ("@odata.deltaLink", "$deltatoken") if finished else ("@odata.nextLink", "$skiptoken")
    base = request.origin + quote(request.path, safe="/()'=-_.~:@")
    context = msgspec.json.encode(f"{request.origin}/v1.0/$metadata#Collection(event)")
    link = msgspec.json.encode(f"{base}?{option}={token.text()}")
    body = (
        b'{"@odata.context":'
        + context
        + b',"value":['
        + b",".join(entries)
        + b'],"'
        + name.encode()
        + b'":'
        + link
        + b"}"
    )
    return Response.encoded(200, body, view.headers)


def _groups(mailbox: Mailbox, token: Token) -> list[Event]:
    """Return changed singles and masters of the calendar that this round has still to show, by number."""
    changed = mailbox.changed_since(token.since)
    return sorted(
        (each for each in changed if each.calendar_id == token.calendar_id and each.number > token.after),
        key=attrgetter("number"),
    )


def _entries(twin: Twin, mailbox: Mailbox, event: Event, token: Token, view: View) -> Iterator[bytes]:
    """Yield what one changed single event or series gives; a series without a window is its master alone."""
    if (token.begin, token.end) == _FOREVER:
        yield _full(twin, mailbox, event, view)
        return
    if event.recurrence is None:
        if series.overlaps(event.start_utc, event.end_utc, token.begin, token.end):
            yield _full(twin, mailbox, event, view)
        elif token.serial and twin.switches.delta_tells_of_events_outside_window:
            yield _gone(shown_id(event, immutable=view.immutable))
        return
    exceptions = [
        each
        for each in event.exceptions.values()
        if series.overlaps(each.start_utc, each.end_utc, token.begin, token.end)
    ]
    slots = list(series.slots_between(event, token.begin, token.end))
    if not exceptions and not slots:
        if token.serial and twin.switches.delta_tells_of_events_outside_window:
            yield _gone(shown_id(event, immutable=view.immutable))
        return
    yield _full(twin, mailbox, event, view)
    yield from _short(event, slots, view)
    for exception in exceptions:
        yield _full(twin, mailbox, exception, view)
    if token.serial and twin.switches.removed_entry_for_deleted_occurrence:
        master_id = shown_id(event, immutable=view.immutable)
        yield from (
            _gone(occurrence_id(master_id, datetime.fromisoformat(day).date())) for day in event.cancelled_dates
        )


def _full(twin: Twin, mailbox: Mailbox, event: Event, view: View) -> bytes:
    return _TYPE + twin.rendered.inner(mailbox, event, view) + b"}"


def _short(master: Event, slots: list[series.Slot], view: View) -> Iterator[bytes]:
    """Yield unchanged occurrences: id, master, type and times in the series' own zone under its Windows name."""
    master_id = shown_id(master, immutable=view.immutable)
    zone_name = windows_name(series.zone_of(master))
    tag = occurrence_etag(master)
    id_on = occurrence_ids(master_id)
    head = f'{_TYPE.decode()}"@odata.etag":{_text(tag)},"id":"'
    same = f'","seriesMasterId":"{master_id}","type":"occurrence","start":{{"dateTime":"'
    zone = f'","timeZone":{_text(zone_name)}}}'
    for slot in slots:
        start, end = wall_text(slot.start.wall), wall_text(slot.end.wall)
        yield f'{head}{id_on(slot.original)}{same}{start}{zone},"end":{{"dateTime":"{end}{zone}}}'.encode()


def _text(value: str) -> str:
    return msgspec.json.encode(value).decode()


def _tombstones(mailbox: Mailbox, token: Token) -> list[Tombstone]:
    """Return deletions after the token, none in a first round."""
    if not token.serial:
        return []
    return [
        each
        for each in mailbox.tombstones.values()
        if each.change > token.since and each.calendar_id == token.calendar_id
    ]


def _removed(view: View, tombstone: Tombstone) -> bytes:
    return _gone(tombstone.immutable_id if view.immutable else tombstone.id)


def _gone(item_id: str) -> bytes:
    return msgspec.json.encode(
        {"@odata.type": "#microsoft.graph.event", "id": item_id, "@removed": {"reason": "deleted"}}
    )


def _routes() -> Iterator[Route]:
    for base in ("", "/calendar", "/calendars/{calendar_id}"):
        yield from graph_route("GET", f"{base}/calendarView/delta", calendar_view_delta)
        yield from graph_route("GET", f"{base}/events/delta", events_delta)


ROUTES = tuple(_routes())
