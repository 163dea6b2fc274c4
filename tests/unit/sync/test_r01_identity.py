"""RULES §1: who is who."""

from kalends.domain.event import Field
from kalends.sync.ports import HoldKind
from tests.unit.sync.stage import OUTSIDE, Stage


def test_r1_1_copies_in_several_mailboxes_are_one_event() -> None:
    stage = Stage("Alice", "Bob")
    stage.make_there("Bob")
    stage.settle()
    assert (len(stage.world.kalends.events.rows), stage.links()) == (1, 2)


def test_r1_1_a_second_item_of_one_identity_in_a_mailbox_is_set_aside() -> None:
    stage = Stage("Alice")
    for subject in ("Budget", "Budget, again"):
        stage.load_there(to="Alice", subject=subject, also={"iCalUId": "one@elsewhere.example"})
    stage.settle()
    assert len(stage.world.kalends.events.rows) == 1
    assert [hold.kind for hold in stage.holds()] == [HoldKind.TWICE]


def test_r1_1a_every_uid_that_a_copy_ever_had_leads_to_the_event() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    assert {stage.copy()["iCalUId"]} <= stage.seen(event_id).uids


def test_r1_2_a_create_that_was_answered_twice_is_there_once() -> None:
    stage = Stage("Alice")
    stage.create()
    stage.world.lose_answers("POST", 3)
    for _ in range(3):
        stage.sync("Alice")
    stage.settle()
    assert len(stage.copies()) == 1


def test_r1_2a_an_unknown_copy_waits_for_its_organizers_open_create() -> None:
    stage = Stage("Alice", "Bob")
    stage.create("Bob")
    stage.world.lose_answers("POST")
    stage.sync("Alice")
    report = stage.sync("Bob")
    assert [hold.kind for hold in stage.holds("Bob")] == [HoldKind.WAITING]
    assert report.rules == {"waiting": 1}
    stage.settle()
    assert (len(stage.world.kalends.events.rows), stage.links(), stage.holds("Bob")) == (1, 2, [])


def test_r1_2a_the_creation_number_rises_when_a_link_ends() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    before = stage.seen(event_id).creation_number
    stage.users["Alice"].delete(stage.copy()["id"])
    stage.settle()
    assert stage.seen(event_id).creation_number == before + 1


def test_r1_2b_a_leftover_of_ours_that_invites_nobody_is_withdrawn() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    link = stage.world.kalends.links[stage.world.mailbox_id(stage.person("Alice")), event_id]
    stage.world.kalends.links.drop((stage.world.mailbox_id(stage.person("Alice")), event_id))
    stage.world.kalends.by_item.drop((stage.world.mailbox_id(stage.person("Alice")), link.remote_id))
    stage.world.kalends.numbers_used.put((stage.world.mailbox_id(stage.person("Alice")), event_id), 2)
    stage.world.kalends.soil(stage.world.mailbox_id(stage.person("Alice")), event_id)
    stage.settle()
    assert len(stage.copies()) == 2
    stage.users["Alice"].mailbox.expire_delta_tokens()
    stage.settle()
    assert len(stage.copies()) == 1


def test_r1_3_is_organizer_decides_and_a_list_member_takes_part() -> None:
    stage = Stage()
    organizer = {"organizer": {"emailAddress": {"name": "Boss", "address": OUTSIDE}}, "iCalUId": "x@elsewhere.example"}
    stage.load_there("everybody@contoso.example", to="Bob", also=organizer)
    stage.connect("Bob")
    item = stage.only("Bob")
    assert (item.part, item.participates) == ("attendee", True)
    people = item.values[Field.ATTENDEES]
    assert isinstance(people, tuple)
    assert len(people) == 1
