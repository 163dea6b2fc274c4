"""What each viewer gets to see."""

import datetime as dt

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.errors import NoSuchEvent
from kalends.calendars.views import ContactView, Relation, Verb
from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import Event, Field, Personal, Sensitivity, ShowAs
from kalends.domain.span import AllDay, Timed

WEEK = (dt.datetime(2026, 11, 23, tzinfo=dt.UTC), dt.datetime(2026, 11, 30, tzinfo=dt.UTC))


def test_it_shows_a_colleagues_private_event_as_busy(alice: Person, charlie: Person, review: Event) -> None:
    """RULES 14.5"""
    event_id = edits.create_event(
        alice, review, Personal(sensitivity=Sensitivity.PRIVATE, show_as=ShowAs.OUT_OF_OFFICE, categories=("Red",))
    )
    (view,) = queries.events_between(charlie, *WEEK, include=[alice.pk])
    assert (view.busy_only, view.subject, view.categories, view.organizer, view.attendee_count, view.show_as) == (
        True,
        "",
        (),
        None,
        0,
        ShowAs.OUT_OF_OFFICE,
    )
    detail = queries.event_detail(charlie, event_id)
    assert (detail.event, detail.participants, detail.personal, detail.may) == (
        Event(when=review.when),
        (),
        None,
        frozenset(),
    )


def test_it_shows_a_colleagues_event_without_its_body_and_history(alice: Person, charlie: Person, nine: Timed) -> None:
    event_id = edits.create_event(alice, Event(when=nine, subject="Lunch", body="secret thoughts"))
    detail = queries.event_detail(charlie, event_id)
    assert (detail.relation, detail.event.subject, detail.event.body) == (Relation.COLLEAGUE, "Lunch", "")
    with pytest.raises(NoSuchEvent):
        queries.history(charlie, event_id)
    edits.delete_event(alice, event_id)
    with pytest.raises(NoSuchEvent):
        queries.event_detail(charlie, event_id)


def test_it_lists_each_persons_answer_in_his_own_calendar(alice: Person, bob: Person, review: Event) -> None:
    edits.create_event(alice, review)
    views = queries.events_between(alice, *WEEK, include=[bob.pk])
    assert {(view.person_id, view.partstat, view.show_as, view.may_move) for view in views} == {
        (alice.pk, Partstat.ACCEPTED, ShowAs.BUSY, True),
        (bob.pk, Partstat.NEEDS_ACTION, ShowAs.TENTATIVE, True),
    }


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2026-11-23T07:00", "2026-11-23T08:00", False),
        ("2026-11-23T07:00", "2026-11-23T08:01", True),
        ("2026-11-23T08:59", "2026-11-23T12:00", True),
        ("2026-11-23T09:00", "2026-11-23T12:00", False),
    ],
)
def test_it_lists_what_shares_an_instant_with_the_window(
    alice: Person, review: Event, start: str, end: str, shown: bool
) -> None:
    edits.create_event(alice, review)
    window = [dt.datetime.fromisoformat(each).replace(tzinfo=dt.UTC) for each in (start, end)]
    assert bool(queries.events_between(alice, window[0], window[1])) is shown


def test_it_finds_events_by_every_word_anywhere(alice: Person, bob: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    edits.create_event(alice, Event(when=AllDay(first=dt.date(2026, 1, 1), last=dt.date(2026, 1, 1)), subject="Review"))
    assert [view.id for view in queries.search(alice, "rev bob")] == [event_id]
    assert len(queries.search(alice, "REVIEW")) == 2
    assert queries.search(alice, "nowhere") == queries.search(alice, "  ") == []


def test_it_keeps_others_personal_fields_out_of_the_history(alice: Person, bob: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    edits.change_event(bob, event_id, {Field.CATEGORIES: ("Secret",)})
    edits.respond(bob, event_id, Partstat.TENTATIVE)
    assert [[change.title for change in act.changes] for act in queries.history(alice, event_id)] == [
        ["Answer"],
        ["Created"],
    ]
    assert [act.changes[0].title for act in queries.history(bob, event_id)] == ["Answer", "Categories", "Created"]


def test_it_tells_what_the_viewer_may_do(alice: Person, bob: Person, review: Event) -> None:
    event_id = edits.create_event(alice, review)
    assert queries.event_detail(alice, event_id).may == {Verb.CHANGE, Verb.CHANGE_OWN, Verb.DELETE, Verb.ARCHIVE}
    assert queries.event_detail(bob, event_id).may == {Verb.CHANGE_OWN, Verb.RESPOND, Verb.DELETE, Verb.HIDE}
    assert queries.event_detail(bob, event_id).why_not == "Only Alice can change this event."


def test_it_suggests_people_with_an_account_first_and_each_once(alice: Person, bob: Person, nine: Timed) -> None:
    guests = (Attendee(address="bob@example.com"), Attendee(address="bobette@example.org", name="Bobette"))
    edits.create_event(alice, Event(when=nine, attendees=guests))
    assert queries.contacts(alice, "bob") == [
        ContactView(address="bob@example.com", name="Bob", person_id=bob.pk),
        ContactView(address="bobette@example.org", name="Bobette", person_id=None),
    ]
    assert queries.contacts(bob, "") == []
