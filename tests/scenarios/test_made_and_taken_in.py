"""Creating on either side, and what an item may look like."""

import datetime as dt

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Addressee, Attendee
from kalends.domain.event import Event, Field, OnlineMeeting, Scheduler, Sensitivity
from kalends.domain.span import AllDay
from kalends.mailboxes import connect
from kalends.mailboxes.models import Link
from tests.scenarios.scene import E, all_quiet, copy_in, e_here, e_in_outlook, here, nine, shown, writes
from tests.unit.mailboxes.office import Office, graph_attendee, graph_event


def test_o001_nothing_is_sent_of_an_event_made_while_stopped(office: Office, mike: Person, john: Person) -> None:
    office.connect(mike)
    connect.stop(mike, office.microsoft)
    office.forget_traffic()
    event_id = e_here(mike, john)
    assert office.sync(mike).skipped
    assert (office.requests(), office.mails()) == ([], [])
    assert queries.event_detail(mike, event_id).scheduler is Scheduler.KALENDS


def test_o003_an_item_becomes_one_event_with_everything_and_no_push_back(
    office: Office, mike: Person, john: Person
) -> None:
    office.load(mike, [e_in_outlook(john, reminderMinutesBeforeStart=15)])
    office.connect(mike)
    detail = here(mike)
    assert (detail.event.subject, detail.event.when, detail.personal and detail.personal.reminder) == (E, nine(2), 15)
    assert "my simple event" in detail.event.body
    assert [each.address for each in detail.participants] == [mike.email, john.email]
    assert Link.objects.get().remote_id == copy_in(office, mike)["id"]
    assert (writes(office), all_quiet()) == ([], True)


def test_o005_an_organizer_nobody_here_knows_is_kept_as_such(office: Office, john: Person) -> None:
    unknown = {"emailAddress": {"address": "john.doe@odoo.example", "name": "John Doe"}}
    office.load(john, [e_in_outlook(john, organizer=unknown, isOrganizer=False)])
    office.connect(john)
    row = EventRow.objects.get()
    assert row.organizer is None
    assert here(john).event.organizer == Addressee(address="john.doe@odoo.example", name="John Doe")
    assert here(john).scheduler is Scheduler.ELSEWHERE


def test_o007_an_organizer_listed_in_capitals_appears_once(office: Office, mike: Person, john: Person) -> None:
    people = [graph_attendee(john), graph_attendee("MIKE@Example.com")]
    office.load(mike, [graph_event(E, 2, attendees=people)])
    office.connect(mike)
    assert [each.address for each in here(mike).participants] == [mike.email, john.email]


def test_o019_a_person_without_outlook_owns_the_event_that_another_brings(
    office: Office, mike: Person, john: Person
) -> None:
    portal = Person.objects.create_person("portal@example.com", name="Portal")
    organizer = {"emailAddress": {"address": portal.email, "name": "Portal"}}
    office.load(john, [e_in_outlook(john, organizer=organizer, isOrganizer=False)])
    office.connect(john)
    assert EventRow.objects.get().organizer == portal
    assert shown(portal) == [E]


@pytest.mark.parametrize("oddity", [{}, {"sensitivity": None}])
def test_o021_an_item_without_sensitivity_is_normal(office: Office, mike: Person, oddity: dict[str, object]) -> None:
    office.load(mike, [graph_event(E, 2) | {"oddities": oddity}])
    office.connect(mike)
    personal = here(mike).personal
    assert personal is not None
    assert personal.sensitivity is Sensitivity.NORMAL


def test_o023_an_all_day_event_is_created_without_an_online_meeting(office: Office, mike: Person) -> None:
    office.connect(mike)
    first = nine(3).start.date()
    edits.create_event(mike, Event(when=_whole_day(first), subject="Leave"))
    office.settle(mike)
    copy = copy_in(office, mike)
    assert (copy["isAllDay"], copy["isOnlineMeeting"], copy["onlineMeetingProvider"]) == (True, False, "unknown")


def test_o027_the_first_sync_ever_invites_nobody(office: Office, mike: Person, john: Person) -> None:
    e_here(mike, john)
    office.connect(mike)
    assert office.mails() == []
    assert copy_in(office, mike)["attendees"] == []


def test_o031_an_event_is_created_as_its_maker(office: Office, mike: Person) -> None:
    office.connect(mike)
    e_here(mike)
    office.settle(mike)
    copy = copy_in(office, mike)
    assert (copy["isReminderOn"], copy["reminderMinutesBeforeStart"], copy["isOrganizer"]) == (True, 15, True)
    assert office.mails() == []


def test_o015b_an_event_renamed_before_its_first_sync_is_created_once(office: Office, mike: Person) -> None:
    office.connect(mike)
    event_id = e_here(mike)
    edits.change_event(mike, event_id, {Field.SUBJECT: "renamed"})
    office.forget_traffic()
    office.sync(mike)
    assert [(method, status) for method, _, status in writes(office)] == [("POST", 201)]
    assert office.subjects(mike) == ["renamed"]
    assert Link.objects.get().event_id == EventRow.objects.get(pk=event_id).pk
    assert all_quiet()


def test_o178_a_create_whose_answer_was_lost_is_there_once(office: Office, mike: Person, john: Person) -> None:
    office.connect(mike)
    e_here(mike, john)
    office.control("POST", "faults", {"kind": "lostAnswer", "method": "POST", "path": "*/events", "count": 1})
    office.sync(mike)
    office.settle(mike)
    assert (len(office.copies(mike)), EventRow.objects.count(), office.mails()) == (1, 1, [("request", john.email)])


def test_o180_a_cancelled_item_never_seen_is_ignored(office: Office, john: Person) -> None:
    organizer = {"emailAddress": {"address": "eve@else.example", "name": "Eve"}}
    stub = e_in_outlook(john, organizer=organizer, isOrganizer=False, isCancelled=True)
    office.load(john, [stub, graph_event("Other", 3)])
    office.connect(john)
    assert shown(john) == ["Other"]


def test_o182_an_attendee_without_a_usable_address_is_skipped(office: Office, mike: Person, john: Person) -> None:
    x500 = "/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=JOHN"
    office.load(mike, [graph_event(E, 2, attendees=[graph_attendee(x500), graph_attendee(john)])])
    office.connect(mike)
    assert john.email in [each.address for each in here(mike).participants]
    assert shown(mike) == [E]


def test_o184_an_item_without_body_has_an_empty_description(office: Office, mike: Person) -> None:
    office.load(mike, [graph_event(E, 2) | {"oddities": {"body": None}}])
    office.connect(mike)
    assert here(mike).event.body == ""


def test_o205_an_all_day_event_of_three_days_keeps_its_dates(office: Office, mike: Person) -> None:
    office.connect(mike)
    when = _whole_day(nine(3).start.date(), days=3)
    edits.create_event(mike, Event(when=when, subject="Fair"))
    office.settle(mike)
    copy = copy_in(office, mike)
    assert (copy["start"]["dateTime"][:10], copy["end"]["dateTime"][:10]) == (
        str(nine(3).start.date()),
        str(nine(6).start.date()),
    )
    office.outlook(mike, "PATCH", f"events/{copy['id']}", {"subject": "Trade fair"})
    office.settle(mike)
    assert (here(mike).event.subject, here(mike).event.when) == ("Trade fair", when)


@pytest.mark.parametrize("minutes", [0, 37, 60, 1440])
def test_o207_reminders_are_kept_to_the_minute_and_can_be_turned_off(
    office: Office, mike: Person, minutes: int
) -> None:
    (item,) = office.load(mike, [graph_event(E, 2, isReminderOn=True, reminderMinutesBeforeStart=minutes)])
    office.connect(mike)
    before = here(mike).personal
    office.outlook(mike, "PATCH", f"events/{item}", {"isReminderOn": False})
    office.settle(mike)
    after = here(mike).personal
    assert (before and before.reminder, after and after.reminder) == (minutes, None)


def test_o209_a_video_link_stays_a_video_link(office: Office, mike: Person) -> None:
    video = graph_event(E, 2, isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    office.outlook(mike, "POST", "events", video)
    office.connect(mike)
    online = here(mike).event.online_meeting
    assert isinstance(online, OnlineMeeting)
    assert online.wanted
    assert online.join_url == copy_in(office, mike)["onlineMeeting"]["joinUrl"]


def test_o203_roles_of_those_who_stay_survive_an_added_attendee(office: Office, mike: Person, john: Person) -> None:
    people = [graph_attendee("eve@else.example", "optional"), graph_attendee("room@example.com", "resource")]
    office.load(mike, [graph_event(E, 2, attendees=people)])
    office.connect(mike)
    office.forget_traffic()
    detail = here(mike)
    added = (*detail.event.attendees, *_guest(john))
    edits.change_event(mike, detail.id, {Field.ATTENDEES: added})
    office.settle(mike)
    types = {each["emailAddress"]["address"]: each["type"] for each in copy_in(office, mike)["attendees"]}
    assert types == {"eve@else.example": "optional", "room@example.com": "resource", john.email: "required"}
    assert office.mails() == [("request", john.email)]


def _whole_day(first: dt.date, days: int = 1) -> AllDay:
    return AllDay(first=first, last=first + dt.timedelta(days=days - 1))


def _guest(person: Person) -> tuple[Attendee, ...]:
    return (Attendee(address=person.email, name=person.name),)
