"""Events: Graph's JSON as `RemoteItem`, and values as the members of a POST or PATCH (FACTS.md §2, FEATURES 3.7).

Reading never fails: what cannot be translated becomes an item with its `problem` in words. Writing names only the
fields it is given, so that what is not modelled survives.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar, cast

import msgspec

from kalends.domain.attendee import Attendee
from kalends.domain.errors import DomainError
from kalends.domain.event import (
    Field,
    Importance,
    OnlineMeeting,
    ResponseOptions,
    Sensitivity,
    ShowAs,
)
from kalends.graph import wire
from kalends.graph.body import body_member, body_of
from kalends.graph.identity import kind_of, uid_of
from kalends.graph.marks import creation_of, sequence_of
from kalends.graph.meeting_block import block_in
from kalends.graph.people import attendee_members, attendees_of, organizer_of, own_answer
from kalends.graph.places import is_video_link, place_members, places_of, video_link_of
from kalends.graph.salvage import salvaged, without_nul
from kalends.graph.when import UnreadableTime, moment_of, span_of, when_members
from kalends.sync.snapshot import RemoteItem, Value, Values

_E = TypeVar("_E", bound=StrEnum)
_CANCELLED_PREFIX = "Canceled: "
_event = msgspec.json.Decoder(wire.Event)


def item_of(raw: bytes | msgspec.Raw, own_addresses: Collection[str] = ()) -> RemoteItem:
    """One event, from the mailbox of the person with these compared addresses; never raises, see `problem`."""
    try:
        return _translated(_event.decode(without_nul(raw)), own_addresses)
    except msgspec.DecodeError as error:
        event = salvaged(raw)
        values, unwritable = _values(event, own_addresses)
        return _item(event, values, unwritable, f"Outlook's data of this event cannot be read: {error}.")


def _translated(event: wire.Event, own_addresses: Collection[str]) -> RemoteItem:
    values, unwritable = _values(event, own_addresses)
    if not event.ical_uid and not event.uid:
        return _item(event, values, unwritable, "It has no identity that it would share with other calendars.")
    try:
        values[Field.WHEN], may_be_written = span_of(event)
    except (UnreadableTime, DomainError) as error:
        return _item(event, values, unwritable, str(error))
    return _item(event, values, unwritable | (frozenset() if may_be_written else {Field.WHEN}), None)


def _item(event: wire.Event, values: Values, unwritable: frozenset[Field], problem: str | None) -> RemoteItem:
    return RemoteItem(
        remote_id=event.id or "",
        ical_uid=event.ical_uid or "",
        uid=uid_of(event),
        etag=event.etag or "",
        kind=kind_of(event),
        values=values,
        is_organizer=bool(event.is_organizer),
        organizer=organizer_of(event),
        cancelled=bool(event.is_cancelled),
        creation=creation_of(event),
        transaction_id=event.transaction_id,
        created=moment_of(event.created_date_time),
        modified=moment_of(event.last_modified_date_time),
        sequence=sequence_of(event),
        unwritable=unwritable,
        problem=problem,
    )


def _values(event: wire.Event, own_addresses: Collection[str]) -> tuple[dict[Field, Value], frozenset[Field]]:
    attendees, complete = attendees_of(event)
    body, meeting = body_of(event.body), online_meeting_of(event)
    values: dict[Field, Value] = {
        Field.SUBJECT: subject_of(event),
        Field.BODY: body,
        Field.PLACES: places_of(event),
        Field.ATTENDEES: attendees,
        Field.IMPORTANCE: _one_of(Importance, event.importance, Importance.NORMAL),
        Field.ONLINE_MEETING: meeting,
        Field.RESPONSE_OPTIONS: _response_options(event),
        Field.ANSWER: own_answer(event, attendees, own_addresses),
        Field.SHOW_AS: _one_of(ShowAs, event.show_as, ShowAs.BUSY),
        Field.REMINDER: _reminder(event),
        Field.CATEGORIES: tuple(category for category in event.categories or () if category),
        Field.SENSITIVITY: _one_of(Sensitivity, event.sensitivity, Sensitivity.NORMAL),
    }
    readable_only = {Field.ATTENDEES} if not complete else set()
    if meeting.wanted and block_in(body, meeting.join_url) is None:
        readable_only.add(Field.BODY)
    return values, frozenset(readable_only)


def subject_of(event: wire.Event) -> str:
    """The subject; without “Canceled: ”, which Exchange puts before a cancelled copy's, at times twice (F7.4)."""
    subject = event.subject or ""
    while event.is_cancelled and subject.startswith(_CANCELLED_PREFIX):
        subject = subject.removeprefix(_CANCELLED_PREFIX)
    return subject


def online_meeting_of(event: wire.Event) -> OnlineMeeting:
    """How to join; a Teams address in the place of a place counts as one (scenario O-209)."""
    join_url = (event.online_meeting.join_url if event.online_meeting else None) or event.online_meeting_url
    return OnlineMeeting(
        wanted=bool(event.is_online_meeting),
        provider=event.online_meeting_provider or "unknown",
        join_url=join_url or video_link_of(event),
    )


def _response_options(event: wire.Event) -> ResponseOptions:
    return ResponseOptions(
        requested=event.response_requested is not False,
        propose_new_times=event.allow_new_time_proposals is not False,
        hide_attendees=bool(event.hide_attendees),
    )


def _reminder(event: wire.Event) -> int | None:
    if event.is_reminder_on is False:
        return None
    minutes = event.reminder_minutes_before_start
    return 15 if minutes is None else minutes


def _one_of(kind: type[_E], text: str | None, default: _E) -> _E:
    return kind(text) if text and text in kind.__members__.values() else default


# ── to Graph ────────────────────────────────────────────────────────────────────────────────────────────────────────


def members_of(values: Values, quiet_list: Iterable[Attendee] | None = None) -> dict[str, Any]:
    """The members that carry these values; an answer has none, because answers go by the actions (RULES 3.2)."""
    members: dict[str, Any] = {}
    for field, value in values.items():
        if field is Field.BODY:
            members["body"] = body_member(cast("str", value), quiet_list)
        elif field in _MEMBERS:
            members |= _MEMBERS[field](value)
    return members | _video_link_in_place(values)


def _meeting_members(meeting: OnlineMeeting) -> dict[str, Any]:
    if meeting.provider == "unknown" or not meeting.wanted:
        return {"isOnlineMeeting": meeting.wanted}
    return {"isOnlineMeeting": True, "onlineMeetingProvider": meeting.provider}


def _options_members(options: ResponseOptions) -> dict[str, Any]:
    return {
        "responseRequested": options.requested,
        "allowNewTimeProposals": options.propose_new_times,
        "hideAttendees": options.hide_attendees,
    }


def _reminder_members(minutes: int | None) -> dict[str, Any]:
    if minutes is None:
        return {"isReminderOn": False}
    return {"isReminderOn": True, "reminderMinutesBeforeStart": minutes}


_MEMBERS: Mapping[Field, Callable[[Any], dict[str, Any]]] = {
    Field.SUBJECT: lambda subject: {"subject": subject},
    Field.WHEN: when_members,
    Field.PLACES: place_members,
    Field.ATTENDEES: lambda people: {"attendees": attendee_members(people)},
    Field.IMPORTANCE: lambda importance: {"importance": importance.value},
    Field.ONLINE_MEETING: _meeting_members,
    Field.RESPONSE_OPTIONS: _options_members,
    Field.SHOW_AS: lambda show_as: {"showAs": show_as.value},
    Field.REMINDER: _reminder_members,
    Field.CATEGORIES: lambda categories: {"categories": list(categories)},
    Field.SENSITIVITY: lambda sensitivity: {"sensitivity": sensitivity.value},
}


def _video_link_in_place(values: Values) -> dict[str, Any]:
    """A Teams address that came as a place goes back as one: Graph has no other member for it."""
    meeting = cast("OnlineMeeting | None", values.get(Field.ONLINE_MEETING))
    if meeting and not meeting.wanted and is_video_link(meeting.join_url) and values.get(Field.PLACES) == ():
        return {"location": {"displayName": meeting.join_url}}
    return {}
