"""How a message of the organizer lands in another mailbox (FACTS §7): the Calendar Attendant's work.

| message | copy in the mailbox | what happens |
|---|---|---|
| request or update | none | a new copy, unanswered, tentative, in the default calendar |
| request or update | older sequence than the copy's | outdated, ignored |
| update-info | there | the organizer's members overwrite, the answer stays |
| update-full | there | as before, and the answer is asked for anew |
| cancel | there | it stays, cancelled, free, "Canceled: " before its subject |
| cancel | none | a cancelled stub comes back where the switches say so |

Only the default calendar receives; personal members (reminder, categories, showAs once answered) stay the owner's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from graphtwin import extended, series
from graphtwin.ids import dated_ical_uid, occurrence_id
from graphtwin.items import Attendee, Event
from graphtwin.store import save, save_new, settle

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.mailing import Kind
    from graphtwin.tenant import Mailbox

_ORGANIZERS_MEMBERS = (
    "subject",
    "body",
    "preview",
    "importance",
    "start",
    "end",
    "original_start_zone",
    "original_end_zone",
    "is_all_day",
    "locations",
    "response_requested",
    "allow_new_time_proposals",
    "hide_attendees",
    "is_online_meeting",
    "online_meeting_provider",
    "online_meeting",
    "organizer",
    "sequence",
    "critical_change",
    "intended_show_as",
    "attachments",
)
_FLOWING = frozenset(_ORGANIZERS_MEMBERS) - {"sequence", "critical_change", "original_start_zone", "original_end_zone"}
_ASKED_ANEW = datetime(4501, 1, 1, tzinfo=UTC)
_DEFAULT_REMINDER = 15


@dataclass(slots=True, frozen=True, kw_only=True)
class Message:
    """A message under way; `event` is a frozen copy of the organizer's, `original_date` names one occurrence."""

    kind: Kind
    organizer: str
    event: Event
    original_date: str | None = None
    comment: str = ""
    cause: str = ""


def send(twin: Twin, message: Message, address: str) -> None:
    """Bring a message to a mailbox of this tenant, to the members of a list, or to nobody here."""
    mailbox = twin.tenant.find(address)
    if mailbox is None:
        return
    if mailbox.kind == "list":
        for member in mailbox.members:
            if member.lower() != message.organizer.lower():
                send(twin, message, member)
        return
    delay = twin.switches.delivery_delay_seconds
    if delay > 0:
        twin.clock.call_at(twin.now() + timedelta(seconds=delay), lambda: _receive_later(twin, message, mailbox))
    else:
        receive(twin, message, mailbox)


def _receive_later(twin: Twin, message: Message, mailbox: Mailbox) -> None:
    before, twin.cause = twin.cause, message.cause
    try:
        receive(twin, message, mailbox)
    finally:
        twin.cause = before


def receive(twin: Twin, message: Message, mailbox: Mailbox) -> None:
    """Process a message in the mailbox it reached."""
    if mailbox.address.lower() == message.organizer.lower():
        return
    if mailbox.kind == "room" and twin.tenant.find(message.organizer) is None:
        return
    copy_here = find_copy(mailbox, message.event, message.original_date)
    if copy_here is not None and _is_outdated(message.event, copy_here):
        return
    if message.kind == "cancel":
        _receive_cancellation(twin, message, mailbox, copy_here)
        return
    if copy_here is None:
        copy_here = _new_copy(twin, mailbox, message.event)
    else:
        copy_here = _update_copy(twin, mailbox, copy_here, message)
    if mailbox.kind == "room":
        twin.answer_for_room(twin, mailbox, copy_here)


def find_copy(mailbox: Mailbox, event: Event, original_date: str | None) -> Event | None:
    """Return the invitee's copy: the event of the same uid, for one occurrence that instance of the series."""
    copies = [each for each in mailbox.with_uid(event.uid) if not each.is_organizer]
    if original_date is None:
        return next((each for each in copies if each.ical_uid == event.ical_uid), None)
    day = date.fromisoformat(original_date)
    for each in copies:
        if each.recurrence is not None:
            return series.instance_on(each, day)
    lone = dated_ical_uid(event.ical_uid, day)
    return next((each for each in copies if each.ical_uid == lone), None)


def _is_outdated(sent: Event, here: Event) -> bool:
    """A lower sequence, or an equal one with an older critical change, is out of date (FACTS §7.2)."""
    if sent.sequence != here.sequence:
        return sent.sequence < here.sequence
    if sent.critical_change is None or here.critical_change is None:
        return False
    return sent.critical_change < here.critical_change


def _new_copy(twin: Twin, mailbox: Mailbox, sent: Event) -> Event:
    """Create the invitee's copy with ids of its own; the copy of a lone occurrence is a single event."""
    ids, number, now = twin.tenant.ids, twin.tenant.ids.next(), twin.now()
    calendar = mailbox.default_calendar
    lone = sent.original_date is not None
    event = Event(
        number=number,
        calendar_id=calendar.id,
        id=ids.regular_id(mailbox.object_id, calendar.id, number, consumer=mailbox.personality == "consumer"),
        immutable_id=ids.immutable_id(mailbox.object_id, number),
        created=now,
        modified=now,
        start_utc=sent.start_utc,
        end_utc=sent.end_utc,
        ical_uid=_lone_ical_uid(sent) if lone else sent.ical_uid,
        uid=sent.uid,
        sensitivity=sent.sensitivity,
        is_reminder_on=sent.is_reminder_on or not sent.is_all_day,
        reminder_minutes=sent.reminder_minutes if sent.is_reminder_on else _DEFAULT_REMINDER,
        extended=extended.travelling(sent),
        recurrence=None if lone else sent.recurrence,
        cancelled_dates=[] if lone else list(sent.cancelled_dates),
        is_organizer=False,
        response="notResponded",
        **{name: getattr(sent, name) for name in _ORGANIZERS_MEMBERS},
    )
    event.show_as = _unanswered_show_as(sent)
    event.attendees = invitees_view(mailbox, sent, None)
    for key, exception in ({} if lone else sent.exceptions).items():
        event.exceptions[key] = _copied_exception(mailbox, event, exception)
    settle(event)
    save_new(twin, mailbox, event)
    return event


def _lone_ical_uid(sent: Event) -> str:
    return dated_ical_uid(sent.ical_uid, date.fromisoformat(str(sent.original_date)))


def _copied_exception(mailbox: Mailbox, master: Event, sent: Event) -> Event:
    """Return the invitee's form of a changed occurrence."""
    day = date.fromisoformat(str(sent.original_date))
    exception = series.occurrence(master, series.slot_on(master, day))
    exception.is_occurrence = False
    exception.overridden = set(sent.overridden)
    _overwrite(exception, sent)
    exception.id, exception.immutable_id = occurrence_id(master.id, day), occurrence_id(master.immutable_id, day)
    exception.attendees = invitees_view(mailbox, sent, None)
    exception.change_key = master.change_key
    return exception


def _unanswered_show_as(sent: Event) -> str:
    return "free" if sent.intended_show_as == "free" else "tentative"


def invitees_view(mailbox: Mailbox, sent: Event, here: Event | None) -> list[Attendee]:
    """The organizer first, then everybody, without the answers of others; his own has no time (FACTS §2.4)."""
    organizer = Attendee(address=sent.organizer.address, name=sent.organizer.name)
    own = next((each.response for each in (here.attendees if here else ()) if _is(each, mailbox.address)), "none")
    others = []
    for each in sent.attendees:
        response = own if _is(each, mailbox.address) else "none"
        others.append(Attendee(address=each.address, name=each.name, type=each.type, response=response))
    return [organizer, *(each for each in others if not _is(each, sent.organizer.address))]


def _is(attendee: Attendee, address: str) -> bool:
    return (attendee.address or "").lower() == address.lower()


def _overwrite(event: Event, sent: Event) -> None:
    for name in _ORGANIZERS_MEMBERS:
        value = getattr(sent, name)
        setattr(event, name, list(value) if isinstance(value, list) else value)
    if event.sensitivity != "private":
        event.sensitivity = sent.sensitivity
    settle(event)


def _update_copy(twin: Twin, mailbox: Mailbox, event: Event, message: Message) -> Event:
    """Overwrite what is the organizer's; ask anew after a full update."""
    sent, was_cancelled = message.event, event.is_cancelled
    if event.original_date is not None:
        event = series.as_exception(mailbox, event, dict.fromkeys(sent.overridden))
    _overwrite(event, sent)
    event.is_cancelled = False
    event.attendees = invitees_view(mailbox, sent, event)
    event.extended = {**event.extended, **extended.travelling(sent)}
    if event.original_date is None:
        _update_series(event, sent, full=message.kind == "update-full")
        series.flow_into_exceptions(twin, mailbox, event, _FLOWING)
    if message.kind == "update-full" or (message.kind == "request" and was_cancelled):
        _ask_anew(event, mailbox, sent)
    save(twin, mailbox, event)
    return event


def _update_series(event: Event, sent: Event, *, full: bool) -> None:
    """A full update begins anew; otherwise dates the invitee deleted himself stay deleted."""
    event.recurrence = sent.recurrence
    if sent.recurrence is None:
        event.exceptions = {}
    elif full:
        event.exceptions = {key: each for key, each in event.exceptions.items() if key in sent.exceptions}
    gone = set(sent.cancelled_dates) if full else {*sent.cancelled_dates, *event.cancelled_dates}
    event.cancelled_dates = sorted(gone - set(event.exceptions))


def _ask_anew(event: Event, mailbox: Mailbox, sent: Event) -> None:
    event.response, event.response_time = "notResponded", _ASKED_ANEW
    event.show_as = _unanswered_show_as(sent)
    for each in event.attendees:
        if _is(each, mailbox.address):
            each.response = "none"


def _receive_cancellation(twin: Twin, message: Message, mailbox: Mailbox, here: Event | None) -> None:
    if here is None:
        returns = {
            "work": twin.switches.cancelled_stub_returns_work,
            "consumer": twin.switches.cancelled_stub_returns_consumer,
        }
        if message.original_date is not None or not returns[mailbox.personality]:
            return
        here = _new_copy(twin, mailbox, message.event)
    if here.original_date is not None:
        here = series.as_exception(mailbox, here, {"subject": None, "show_as": None})
    _cancel(here, message.event.sequence)
    for exception in here.exceptions.values():
        if exception.end_utc > twin.now():
            _cancel(exception, message.event.sequence)
    save(twin, mailbox, here)


def _cancel(event: Event, sequence: int) -> None:
    event.is_cancelled = True
    event.subject = f"Canceled: {event.subject or ''}"
    event.show_as = "free"
    event.sequence = sequence
