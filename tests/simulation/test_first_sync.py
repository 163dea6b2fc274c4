"""First syncs of full calendars: everything is there once, both sides are equal, and nobody is mailed (RULES §6)."""

from random import Random

import pytest

from graphtwin.loading import load_event
from kalends.domain.event import Field
from kalends.sync.ports import HoldKind
from tests.simulation import checkers, shapes
from tests.simulation.world import World

EACH_SIDE = 500
OUTSIDE = "dora@elsewhere.example"


def full_world(seed: int) -> World:
    """Five hundred events of every shape on each side, some of them the same on both."""
    draw, world = Random(seed), World(("Alice", "Bob", "Charlie"), seed=seed)
    alice = world.named("Alice")
    box, others = world.twin.tenant.mailbox(alice.address), [world.named("Bob").address, OUTSIDE]
    now = world.clock.now()
    for number in range(EACH_SIDE - len(shapes.ODD)):
        guests = shapes.people(draw, others) if number % 3 else ()
        event = shapes.values(draw, number, now, guests)
        foreign = number % 5 == 0
        load_event(world.twin, box, shapes.invitation(event, OUTSIDE, number) if foreign else shapes.as_json(event))
    for number, odd in enumerate(shapes.ODD.values(), start=EACH_SIDE):
        load_event(world.twin, box, {**shapes.as_json(shapes.values(draw, number, now)), **odd})
    for number in range(1000, 1000 + EACH_SIDE):
        world.verbs.create(alice, shapes.values(draw, number, now, shapes.people(draw, others) if number % 2 else ()))
    world.clock.advance(60)
    return world


@pytest.mark.parametrize("seed", [1, 2])
def test_it_makes_two_full_calendars_equal_without_a_single_mail(seed: int) -> None:
    world = full_world(seed)
    world.connect(world.named("Alice"))
    world.settle()
    assert checkers.all_faults(world) == []
    assert world.twin.mail.mails == []
    assert len(checkers.items_of(world, world.named("Alice"))) == 2 * EACH_SIDE
    assert len(world.kalends.links.rows) == 2 * EACH_SIDE


def test_r4_5_a_further_sync_is_one_request_and_writes_nothing() -> None:
    world = full_world(3)
    alice = world.named("Alice")
    world.connect(alice)
    world.settle()
    before = dict(world.kalends.events.rows), dict(world.kalends.links.rows), dict(world.kalends.history.rows)
    world.twin.requests.clear()
    report = world.sync(alice)
    assert (report.sent, report.decisions, report.received) == (0, (), 0)
    assert [entry.method for entry in world.twin.requests.entries] == ["GET"]
    assert before == (world.kalends.events.rows, world.kalends.links.rows, world.kalends.history.rows)


def test_r6_4_the_second_user_of_a_shared_calendar_mails_nobody_either() -> None:
    world = full_world(4)
    for name in ("Alice", "Bob"):
        world.connect(world.named(name))
        world.settle()
    assert checkers.all_faults(world) == []
    assert world.twin.mail.mails == []


def test_r6_1_the_same_event_on_both_sides_is_linked_and_not_doubled() -> None:
    world, draw = World(("Alice",)), Random(1)
    alice = world.named("Alice")
    box = world.twin.tenant.mailbox(alice.address)
    for number in range(20):
        event = shapes.values(draw, number, world.clock.now(), shapes.people(draw, [OUTSIDE]) if number % 2 else ())
        load_event(world.twin, box, shapes.as_json(event))
        world.verbs.create(alice, event)
    world.clock.advance(60)
    world.connect(alice)
    world.settle()
    assert checkers.all_faults(world) == []
    assert (len(world.kalends.events.rows), len(world.kalends.links.rows)) == (20, 20)
    assert world.twin.mail.mails == []


def test_r16_3_a_broken_event_is_set_aside_and_the_other_499_sync() -> None:
    world, draw = World(("Alice",)), Random(1)
    alice = world.named("Alice")
    box = world.twin.tenant.mailbox(alice.address)
    for number in range(499):
        load_event(world.twin, box, shapes.as_json(shapes.values(draw, number, world.clock.now())))
    broken = {
        **shapes.as_json(shapes.values(draw, 499, world.clock.now())),
        "oddities": {"start": {"dateTime": "never"}},
    }
    load_event(world.twin, box, broken)
    world.connect(alice)
    world.settle()
    holds = list(world.kalends.holds.rows.values())
    assert [(hold.kind, bool(hold.reason)) for hold in holds] == [(HoldKind.SET_ASIDE, True)]
    assert len(world.kalends.links.rows) == 499


def test_r1_2_a_create_whose_answer_was_lost_is_there_once() -> None:
    world, draw = World(("Alice",)), Random(1)
    alice = world.named("Alice")
    world.connect(alice)
    world.settle()
    world.verbs.create(alice, shapes.values(draw, 1, world.clock.now()))
    lost = world.lose_answers("POST")
    world.sync(alice)
    assert lost() == 1
    world.settle()
    assert checkers.all_faults(world) == []
    assert len(checkers.items_of(world, alice)) == 1


def test_a_ten_megabyte_body_stops_nothing() -> None:
    world, draw = World(("Alice",)), Random(1)
    alice = world.named("Alice")
    big = {**shapes.values(draw, 1, world.clock.now()), Field.BODY: "<p>" + "long " * 2_000_000 + "</p>"}
    load_event(world.twin, world.twin.tenant.mailbox(alice.address), shapes.as_json(big))
    load_event(
        world.twin, world.twin.tenant.mailbox(alice.address), shapes.as_json(shapes.values(draw, 2, world.clock.now()))
    )
    world.connect(alice)
    world.settle()
    assert checkers.all_faults(world) == []
    assert len(world.kalends.events.rows) == 2
