"""RULES §9 to §11: which mails follow, and how answers travel."""

import pytest

from graphtwin.switches import Switches
from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import Field, ShowAs, State
from kalends.sync.ports import HoldKind
from kalends.sync.snapshot import Value
from tests.simulation import checkers
from tests.unit.sync.stage import OUTSIDE, Stage, at

BOB, DORA = Attendee(address="bob@contoso.example", name="Bob"), Attendee(address=OUTSIDE, name="Dora")


@pytest.mark.parametrize("loud", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Budget 2027"},
        {"when": at(15)},
        {"attendees": (BOB, DORA)},
        {"attendees": ()},
        {"categories": ("Red",)},
        {"attendees": (DORA,), "subject": "Budget 2027"},
        {"attendees": (DORA,), "categories": ("Red",)},
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else str(value),
)
def test_r9_1_certain_mails_are_sent_and_sent_mails_are_forecast(change: dict[str, Value], loud: bool) -> None:
    quiet = ("singleValueExtendedProperties",) if loud else Switches().quiet_members
    stage = Stage("Alice", switches=Switches(quiet_members=quiet))
    event_id = stage.create("Bob")
    stage.settle()
    stage.change(event_id, "Alice", **change)
    stage.settle()
    assert checkers.all_faults(stage.world) == []


def test_r9_2_what_is_read_from_outlook_mails_nobody() -> None:
    stage = Stage("Alice", "Bob")
    stage.make_there("Bob", OUTSIDE)
    stage.settle()
    stage.change_there(when=at(15))
    stage.settle()
    stage.users["Alice"].delete(stage.copy("Alice")["id"])
    stage.settle()
    assert stage.mails() == []


def test_r9_3_a_patch_names_only_what_changed() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    sent: list[object] = []
    stage.watch(sent)
    stage.change(event_id, subject="Budget 2027")
    stage.settle()
    assert sent == [{"subject": "Budget 2027"}]


def test_r9_3_the_list_goes_alone_so_that_the_others_are_spared() -> None:
    stage = Stage("Alice", switches=Switches(quiet_members=("singleValueExtendedProperties",)))
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    sent: list[dict[str, object]] = []
    stage.watch(sent)
    stage.change(event_id, attendees=(BOB, DORA), show_as=ShowAs.FREE)
    stage.settle()
    assert [sorted(body) for body in sent] == [["attendees"], ["showAs"]]


def test_r10_2_where_no_invitation_came_by_mail_a_quiet_copy_is_made_after_ten_minutes() -> None:
    stage = Stage("Bob")
    event_id = stage.create("Bob")
    stage.sync("Bob")
    assert stage.copies("Bob") == []
    stage.settle()
    assert (stage.copy("Bob")["subject"], stage.seen(event_id, "Bob").state) == ("Budget", State.ACTIVE)
    assert stage.mails() == []


def test_r11_1_answers_of_people_without_a_mailbox_come_from_the_organizers_copy() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.users["Bob"].answer(stage.copy("Bob")["id"], "tentativelyAccept")
    stage.settle()
    people = stage.seen(event_id).values[Field.ATTENDEES]
    assert isinstance(people, tuple)
    assert [each.answer.partstat for each in people if isinstance(each, Attendee)] == [Partstat.TENTATIVE]


def test_r11_1_answers_of_connected_people_come_from_their_own_mailbox() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.users["Bob"].answer(stage.copy("Bob")["id"], "accept", send=False)
    stage.settle()
    answer = stage.seen(event_id, "Bob").values[Field.ANSWER]
    assert getattr(answer, "partstat", None) is Partstat.ACCEPTED


@pytest.mark.parametrize(("send", "mails"), [(True, [("response", "alice@contoso.example")]), (False, [])])
def test_r11_2_an_answer_given_here_is_told_as_its_giver_chose(send: bool, mails: list[tuple[str, str]]) -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    stage.world.verbs.respond(stage.person("Bob"), event_id, Partstat.ACCEPTED, send=send)
    stage.settle()
    assert (stage.copy("Bob")["responseStatus"]["response"], stage.mails()) == ("accepted", mails)


def test_r11_2_an_answer_whose_answer_was_lost_is_not_repeated() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_mails()
    stage.world.verbs.respond(stage.person("Bob"), event_id, Partstat.ACCEPTED)
    stage.world.lose_answers("POST")
    stage.settle()
    assert stage.mails() == [("response", "alice@contoso.example")]


def test_r11_3_an_answer_to_another_time_is_held() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.world.verbs.respond(stage.person("Bob"), event_id, Partstat.ACCEPTED)
    stage.change_there("Alice", when=at(15))
    stage.forget_mails()
    stage.settle()
    assert (stage.copy("Bob")["responseStatus"]["response"], stage.mails()) == ("notResponded", [])
    assert [hold.kind for hold in stage.holds("Bob")] == [HoldKind.ANSWER]


def test_r11_3_answering_again_for_the_new_time_goes_out() -> None:
    stage = Stage("Alice", "Bob")
    event_id = stage.create("Bob")
    stage.settle()
    stage.world.verbs.respond(stage.person("Bob"), event_id, Partstat.ACCEPTED)
    stage.change_there("Alice", when=at(15))
    stage.settle()
    stage.world.verbs.respond(stage.person("Bob"), event_id, Partstat.ACCEPTED)
    stage.settle()
    assert (stage.copy("Bob")["responseStatus"]["response"], stage.holds("Bob")) == ("accepted", [])
