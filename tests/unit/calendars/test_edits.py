"""The verbs: permission, writing, history, and that an edit which changes nothing does nothing."""

import datetime as dt
from dataclasses import replace

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.errors import EditRefused, NoSuchEvent, Stale
from kalends.calendars.models import Change
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Addressee, Attendee, Partstat, Role
from kalends.domain.event import (
    Event,
    Field,
    Importance,
    OnlineMeeting,
    Personal,
    Place,
    ResponseOptions,
    Scheduler,
    Sensitivity,
    ShowAs,
    State,
)
from kalends.domain.span import AllDay, Timed

BOB = Attendee(address="bob@example.com", name="Bob")
CHARLIE = Attendee(address="Charlie@Example.com", name="Charlie", role=Role.OPTIONAL)


def whole(when: Timed | AllDay) -> Event:
    return Event(
        when=when,
        subject="Review",
        body="<p>Numbers</p>",
        places=(Place(name="Room 1", email="room1@example.com"), Place(name="Online", kind="default")),
        attendees=(BOB, CHARLIE),
        importance=Importance.HIGH,
        online_meeting=OnlineMeeting(wanted=True, provider="teamsForBusiness"),
        response_options=ResponseOptions(requested=False, hide_attendees=True),
    )


@pytest.mark.parametrize("all_day", [False, True])
def test_it_gives_back_every_field_that_was_written(alice: Person, nine: Timed, all_day: bool) -> None:
    when = AllDay(first=dt.date(2026, 12, 24), last=dt.date(2026, 12, 26)) if all_day else nine
    personal = Personal(
        show_as=ShowAs.OUT_OF_OFFICE,
        reminder=None,
        categories=("Blue", "Work"),
        sensitivity=Sensitivity.CONFIDENTIAL,
    )
    event_id = edits.create_event(alice, whole(when), personal)
    detail = queries.event_detail(alice, event_id)
    organizer = Addressee(address="alice@example.com", name="Alice")
    assert detail.event == replace(whole(when), organizer=organizer, scheduler=Scheduler.KALENDS)
    assert detail.personal == personal


def test_it_leaves_the_scheduler_open_until_somebody_is_invited(alice: Person, nine: Timed) -> None:
    event_id = edits.create_event(alice, Event(when=nine, subject="Alone"))
    assert EventRow.objects.get(pk=event_id).scheduler == Scheduler.NOBODY
    edits.change_event(alice, event_id, {Field.ATTENDEES: (BOB,)})
    assert EventRow.objects.get(pk=event_id).scheduler == Scheduler.KALENDS


def test_it_writes_nothing_when_nothing_changes(alice: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    before = EventRow.objects.get(pk=event_id).version
    same = Attendee(address="BOB@example.com", name="Bobby")
    edits.change_event(alice, event_id, {Field.SUBJECT: " Review ", Field.WHEN: review.when, Field.ATTENDEES: (same,)})
    assert EventRow.objects.get(pk=event_id).version == before
    assert Change.objects.filter(event_id=event_id).count() == 1


def test_it_keeps_the_answer_of_those_who_stay_on_the_list(alice: Person, bob: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    edits.respond(bob, event_id, Partstat.ACCEPTED)
    edits.change_event(alice, event_id, {Field.ATTENDEES: (CHARLIE, BOB)})
    people = {each.address: each.partstat for each in queries.event_detail(alice, event_id).participants}
    assert people == {
        "alice@example.com": Partstat.ACCEPTED,
        "Charlie@Example.com": Partstat.NEEDS_ACTION,
        "bob@example.com": Partstat.ACCEPTED,
    }


def test_it_shows_no_answer_once_the_meeting_has_moved(alice: Person, bob: Person, review: Event) -> None:
    """RULES 11.3: derived, never erased."""
    event_id = edits.create_event(alice, review)
    edits.respond(bob, event_id, Partstat.ACCEPTED)
    edits.move_event(alice, event_id, AllDay(first=dt.date(2026, 12, 1), last=dt.date(2026, 12, 1)))
    assert queries.event_detail(bob, event_id).participants[1].partstat is Partstat.NEEDS_ACTION
    edits.move_event(alice, event_id, review.when)
    assert queries.event_detail(bob, event_id).participants[1].partstat is Partstat.ACCEPTED


def test_it_refuses_an_attendee_who_changes_what_is_shared(alice: Person, bob: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    with pytest.raises(EditRefused, match="Only Alice can change this event"):
        edits.change_event(bob, event_id, {Field.SUBJECT: "Mine"})
    edits.change_event(bob, event_id, {Field.CATEGORIES: ("Green",), Field.SUBJECT: "Review"})
    bobs = queries.event_detail(bob, event_id).personal
    alices = queries.event_detail(alice, event_id).personal
    assert (bobs and bobs.categories, alices and alices.categories) == (("Green",), ())


def test_it_does_not_tell_a_stranger_that_an_event_exists(alice: Person, charlie: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    for attempt in (event_id, "11111111-1111-4111-8111-111111111111", "nonsense"):
        with pytest.raises(NoSuchEvent):
            edits.change_event(charlie, attempt, {Field.SUBJECT: "Hello"})


@pytest.mark.parametrize(
    "address", ["bob", "bob@", "@example.com", "bob smith@example.com", "bob@example.com, eve@x.org"]
)
def test_it_refuses_what_is_no_address(alice: Person, nine: Timed, address: str) -> None:
    with pytest.raises(EditRefused, match="is not an e-mail address"):
        edits.create_event(alice, Event(when=nine, attendees=(Attendee(address=address),)))
    assert EventRow.objects.count() == 0


def test_it_drops_the_organizer_and_doubles_from_the_list(alice: Person, nine: Timed) -> None:
    twice = (BOB, Attendee(address="ALICE@example.com"), Attendee(address="Bob@Example.com", role=Role.OPTIONAL))
    event_id = edits.create_event(alice, Event(when=nine, attendees=twice))
    assert queries.event_detail(alice, event_id).event.attendees == (BOB,)


def test_it_refuses_to_overwrite_a_field_that_changed_meanwhile(alice: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    seen = queries.event_detail(alice, event_id).version
    edits.change_event(alice, event_id, {Field.SUBJECT: "First"}, seen)
    with pytest.raises(Stale):
        edits.change_event(alice, event_id, {Field.SUBJECT: "Second"}, seen)
    edits.change_event(alice, event_id, {Field.BODY: "Other fields are free"}, seen)
    assert queries.event_detail(alice, event_id).event.subject == "First"


def test_it_moves_a_time_that_does_not_exist_as_clocks_do(alice: Person) -> None:
    gap = Timed(
        start=dt.datetime.fromisoformat("2027-03-28T02:30"),
        start_zone="Europe/Amsterdam",
        end=dt.datetime.fromisoformat("2027-03-28T04:00"),
        end_zone="Europe/Amsterdam",
    )
    event_id = edits.create_event(alice, Event(when=gap))
    stored = queries.event_detail(alice, event_id).event.when
    assert stored == replace(gap, start=dt.datetime.fromisoformat("2027-03-28T03:30"))


def test_it_puts_the_organizers_deletion_in_the_trash_for_everybody(alice: Person, bob: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    edits.delete_event(alice, event_id)
    assert [entry.id for entry in queries.trash(alice)] == [event_id]
    assert [entry.id for entry in queries.trash(bob)] == [event_id]
    with pytest.raises(EditRefused, match="Only Alice"):
        edits.restore_event(bob, event_id)
    assert edits.restore_event(alice, event_id) == event_id
    assert queries.event_detail(bob, event_id).event.state is State.ACTIVE


def test_it_takes_an_attendees_deletion_off_his_calendar_alone(alice: Person, bob: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    edits.delete_event(bob, event_id, decline=True)
    shown = [
        [view.id for view in queries.agenda(person, dt.datetime(2026, 11, 1, tzinfo=dt.UTC))] for person in (alice, bob)
    ]
    assert shown == [[event_id], []]
    assert queries.event_detail(alice, event_id).participants[1].partstat is Partstat.DECLINED
    edits.restore_event(bob, event_id)
    assert [view.id for view in queries.agenda(bob, dt.datetime(2026, 11, 1, tzinfo=dt.UTC))] == [event_id]


def test_it_deletes_for_good_only_from_the_trash(alice: Person, bob: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    with pytest.raises(EditRefused):
        edits.purge_event(alice, event_id)
    edits.delete_event(alice, event_id)
    with pytest.raises(EditRefused):
        edits.purge_event(bob, event_id)
    edits.purge_event(alice, event_id)
    assert not EventRow.objects.filter(pk=event_id).exists()


def test_it_archives_and_brings_back(alice: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    edits.archive_event(alice, event_id)
    assert [entry.id for entry in queries.archive(alice)] == [event_id]
    with pytest.raises(EditRefused, match="archived"):
        edits.change_event(alice, event_id, {Field.SUBJECT: "No"})
    assert edits.unarchive_event(alice, event_id) == event_id
    assert queries.archive(alice) == []


def test_it_refuses_an_answer_from_the_organizer_and_to_what_is_off(alice: Person, bob: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    with pytest.raises(EditRefused, match="You organize"):
        edits.respond(alice, event_id, Partstat.ACCEPTED)
    edits.delete_event(alice, event_id)
    with pytest.raises(EditRefused, match="no longer on"):
        edits.respond(bob, event_id, Partstat.ACCEPTED)


def test_it_undoes_one_act_and_remembers_the_undoing(alice: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    edits.change_event(alice, event_id, {Field.SUBJECT: "Other", Field.IMPORTANCE: Importance.HIGH})
    act = queries.history(alice, event_id)[0]
    assert {(change.title, change.before, change.after) for change in act.changes} == {
        ("Title", "Review", "Other"),
        ("Importance", "normal", "high"),
    }
    edits.undo(alice, event_id, act.edit)
    assert queries.event_detail(alice, event_id).event.subject == "Review"
    assert len(queries.history(alice, event_id)) == 3


def test_it_undoes_a_deletion(alice: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    edits.delete_event(alice, event_id)
    assert edits.undo(alice, event_id, queries.history(alice, event_id)[0].edit) == event_id
    assert queries.event_detail(alice, event_id).event.state is State.ACTIVE
