"""The contract of the Remote port: what every Outlook mailbox must do, simulated always, real when one is configured.

`OUTLOOK_TEST_TOKEN` and `OUTLOOK_TEST_ADDRESS` in the environment name a real mailbox; these tests then create, change
and delete events of their own there, invite nobody, and take everything away again.
"""

import datetime as dt
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import httpx2
import msgspec
import pytest

from graphtwin.app import Twin
from kalends.domain.attendee import Attendee
from kalends.domain.event import (
    Field,
    Importance,
    OnlineMeeting,
    Place,
    ResponseOptions,
    Sensitivity,
    ShowAs,
)
from kalends.domain.span import AllDay, Timed
from kalends.graph.calendars import list_calendars
from kalends.graph.client import PUBLIC_GRAPH, Call, Graph, open_http
from kalends.graph.remote import GraphRemote
from kalends.sync.errors import Resync
from kalends.sync.ports import Create, Delete, Outcome, Patch, Remote, Sighting, Whereabouts
from kalends.sync.snapshot import Creation, RemoteItem, Value, Values, Window

REAL_TOKEN, REAL_ADDRESS = os.environ.get("OUTLOOK_TEST_TOKEN", ""), os.environ.get("OUTLOOK_TEST_ADDRESS", "")
TODAY = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
WINDOW = Window(start=TODAY - dt.timedelta(days=30), end=TODAY + dt.timedelta(days=60))
TOMORROW = Timed.at(TODAY + dt.timedelta(days=1, hours=9), TODAY + dt.timedelta(days=1, hours=10), "Europe/Brussels")


class Token:
    """One token, for as long as it lives."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        return self._token

    def renewed_access_token(self) -> str:
        return self._token


@dataclass
class Mailbox:
    """A mailbox under test; `soon` waits for what a real one shows only after a moment."""

    remote: Remote
    graph: Graph
    patience_seconds: float

    def create(self, values: Values, **changes: object) -> RemoteItem:
        create = replace(Create(creation=creation(), values=values), **changes)  # type: ignore[arg-type] # by name
        (result,) = self.remote.write([create])
        assert result.outcome is Outcome.DONE, result.reason
        assert result.item is not None
        return result.item

    def soon(self, look: Callable[[], RemoteItem | None]) -> RemoteItem | None:
        until = time.monotonic() + self.patience_seconds
        while (found := look()) is None and time.monotonic() < until:
            time.sleep(1)
        return found


def simulated() -> Mailbox:
    """Alice's mailbox in a simulated organisation."""
    twin = Twin(seed=3)
    mailbox = twin.tenant.add_mailbox("alice@example.org", "Alice")
    http = open_http("http://127.0.0.1:8080", transport=httpx2.WSGITransport(app=twin.wsgi))
    graph = Graph(http, Token(str(twin.tokens.issue(mailbox))))
    return Mailbox(GraphRemote(graph, installation=INSTALLATION, addresses=["alice@example.org"]), graph, 0)


def real() -> Mailbox:
    """Somebody's real mailbox."""
    graph = Graph(open_http(PUBLIC_GRAPH), Token(REAL_TOKEN))
    return Mailbox(GraphRemote(graph, installation=INSTALLATION, addresses=[REAL_ADDRESS]), graph, 60)


INSTALLATION = f"contract-{uuid.uuid4()}"
MAILBOXES = [simulated] + ([real] if REAL_TOKEN else [])


def creation(number: int = 1) -> Creation:
    """A creation that nothing else bears."""
    return Creation(installation=INSTALLATION, event_id=str(uuid.uuid4()), mailbox_id="alice", number=number)


@pytest.fixture(params=MAILBOXES, ids=lambda made: made.__name__)
def mailbox(request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    made: Mailbox = request.param()
    yield made
    made.remote.write([Delete(remote_id=remote_id, etag=None) for remote_id in made.remote.find_ours()])


def values(**changes: Value) -> Values:
    """An event without anybody else."""
    plain: Values = {
        Field.SUBJECT: "Contract",
        Field.BODY: "<p>Agenda</p>",
        Field.WHEN: TOMORROW,
        Field.PLACES: (Place(name="Room 1"),),
        Field.ATTENDEES: (),
        Field.IMPORTANCE: Importance.HIGH,
        Field.ONLINE_MEETING: OnlineMeeting(),
        Field.RESPONSE_OPTIONS: ResponseOptions(),
        Field.SHOW_AS: ShowAs.WORKING_ELSEWHERE,
        Field.REMINDER: 37,
        Field.CATEGORIES: ("Kalends",),
        Field.SENSITIVITY: Sensitivity.PRIVATE,
    }
    return {**plain, **{Field(name): value for name, value in changes.items()}}


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_round_tells_everything_once_and_then_nothing(mailbox: Mailbox) -> None:
    made = mailbox.create(values())
    first = mailbox.remote.delta(None, WINDOW)
    assert (first.full, made.remote_id in {item.remote_id for item in first.items}) == (True, True)
    second = mailbox.remote.delta(first.delta_link, WINDOW)
    assert (second.full, second.items, second.removed) == (False, [], frozenset())


def test_a_round_tells_what_was_created_changed_and_deleted_since(mailbox: Mailbox) -> None:
    changed, deleted = mailbox.create(values()), mailbox.create(values())
    link = mailbox.remote.delta(None, WINDOW).delta_link
    created = mailbox.create(values(subject="New"))
    mailbox.remote.write(
        [
            Patch(remote_id=changed.remote_id, etag=None, values={Field.SUBJECT: "Changed"}),
            Delete(remote_id=deleted.remote_id, etag=None),
        ]
    )
    told = mailbox.remote.delta(link, WINDOW)
    subjects = {item.remote_id: item.values[Field.SUBJECT] for item in told.items}
    assert (subjects, told.removed) == (
        {created.remote_id: "New", changed.remote_id: "Changed"},
        frozenset({deleted.remote_id}),
    )


def test_a_round_shows_the_same_as_a_look_at_the_single_item(mailbox: Mailbox) -> None:
    made = mailbox.create(values())
    told = next(item for item in mailbox.remote.delta(None, WINDOW).items if item.remote_id == made.remote_id)
    read = mailbox.remote.get(made.remote_id)
    assert read is not None
    assert replace(read, creation=None, sequence=None) == told
    assert read.sequence == 0


def test_a_link_that_leads_nowhere_asks_for_a_new_round(mailbox: Mailbox) -> None:
    link = mailbox.remote.delta(None, WINDOW).delta_link
    with pytest.raises(Resync):
        mailbox.remote.delta(link.split("deltatoken=", maxsplit=1)[0] + "deltatoken=gone", WINDOW)


def test_an_unknown_item_is_none(mailbox: Mailbox) -> None:
    gone = mailbox.create(values())
    mailbox.remote.write([Delete(remote_id=gone.remote_id, etag=None)])
    assert mailbox.remote.get(gone.remote_id) is None


# ── creating ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "when",
    [
        TOMORROW,
        Timed.at(TOMORROW.start_at, TOMORROW.end_at, "Asia/Kolkata", "America/New_York"),
        AllDay(first=TOMORROW.start.date(), last=TOMORROW.start.date() + dt.timedelta(days=2)),
    ],
)
def test_it_shows_what_was_written(mailbox: Mailbox, when: Timed | AllDay) -> None:
    wanted = values(when=when)
    item = mailbox.create(wanted)
    assert {field: item.values[field] for field in wanted} == wanted
    assert (item.is_organizer, item.problem, item.unwritable) == (True, None, frozenset())


def test_the_same_creation_is_made_once(mailbox: Mailbox) -> None:
    """Scenario O-178: the answer was lost, and the create is sent again."""
    create = Create(creation=creation(), values=values())
    first, again = (mailbox.remote.write([create])[0] for _ in range(2))
    assert first.item is not None
    assert again.item is not None
    assert (again.outcome, again.item.remote_id) == (Outcome.DONE, first.item.remote_id)


def test_another_event_under_the_same_creation_is_taken(mailbox: Mailbox) -> None:
    create = Create(creation=creation(), values=values())
    (made,) = mailbox.remote.write([create])
    (other,) = mailbox.remote.write([replace(create, values=values(subject="Other"))])
    assert made.item is not None
    assert other.item is not None
    assert (other.outcome, other.item.creation) == (Outcome.TAKEN, create.creation)


def test_a_creation_is_found_by_its_name(mailbox: Mailbox) -> None:
    create = Create(creation=creation(), values=values())
    (made,) = mailbox.remote.write([create])
    found = mailbox.soon(lambda: mailbox.remote.find_created(create.creation))
    assert found is not None
    assert made.item is not None
    assert (found.remote_id, found.creation) == (made.item.remote_id, create.creation)
    assert mailbox.remote.find_created(replace(create.creation, number=2)) is None


def test_everything_of_ours_is_found_at_once(mailbox: Mailbox) -> None:
    creates = [Create(creation=creation(), values=values()) for _ in range(3)]
    results = mailbox.remote.write(creates)
    expected = {r.item.remote_id: c.creation for r, c in zip(results, creates, strict=True) if r.item}
    assert mailbox.remote.find_ours() == expected


def test_an_event_is_found_by_its_identity_outside_the_window_too(mailbox: Mailbox) -> None:
    far = Timed.at(TODAY + dt.timedelta(days=500), TODAY + dt.timedelta(days=500, hours=1), "UTC")
    made = mailbox.create(values(when=far))
    found = mailbox.remote.find_by_uid([made.ical_uid, "nobody's"])
    assert [(item.remote_id, item.uid) for item in found] == [(made.remote_id, made.uid)]


def test_a_quiet_copy_invites_nobody_and_reads_back_clean(mailbox: Mailbox) -> None:
    people = (Attendee(address="bob@example.com", name="Bob"), Attendee(address="charlie@example.com"))
    quiet: Values = {field: value for field, value in values().items() if field is not Field.ATTENDEES}
    item = mailbox.create(quiet, quiet_list=people)
    assert (item.values[Field.BODY], item.values[Field.ATTENDEES]) == ("<p>Agenda</p>", ())
    shown = mailbox.graph.demand(Call(path=f"/me/events/{item.remote_id}?$select=body"))
    assert b"Bob (bob@example.com), charlie@example.com" in bytes(shown.body)
    new_text = Patch(remote_id=item.remote_id, etag=None, values={Field.BODY: "<p>New</p>"}, quiet_list=people[1:])
    (patched,) = mailbox.remote.write([new_text])
    assert patched.item is not None
    assert patched.item.values[Field.BODY] == "<p>New</p>"


# ── changing and deleting ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_patch_changes_its_fields_and_no_other(mailbox: Mailbox) -> None:
    made = mailbox.create(values())
    (result,) = mailbox.remote.write([Patch(remote_id=made.remote_id, etag=made.etag, values={Field.REMINDER: None})])
    assert result.item is not None
    assert result.outcome is Outcome.DONE
    assert result.item.values == {**made.values, Field.REMINDER: None}
    assert result.item.etag != made.etag


def test_a_patch_on_what_moved_is_stale_and_changes_nothing(mailbox: Mailbox) -> None:
    made = mailbox.create(values())
    mailbox.remote.write([Patch(remote_id=made.remote_id, etag=None, values={Field.SUBJECT: "By somebody else"})])
    (result,) = mailbox.remote.write([Patch(remote_id=made.remote_id, etag=made.etag, values={Field.SUBJECT: "Mine"})])
    read = mailbox.remote.get(made.remote_id)
    assert read is not None
    assert (result.outcome, read.values[Field.SUBJECT]) == (Outcome.STALE, "By somebody else")


def test_a_deletion_of_what_moved_is_stale(mailbox: Mailbox) -> None:
    made = mailbox.create(values())
    mailbox.remote.write([Patch(remote_id=made.remote_id, etag=None, values={Field.SUBJECT: "Moved"})])
    (result,) = mailbox.remote.write([Delete(remote_id=made.remote_id, etag=made.etag)])
    assert (result.outcome, mailbox.remote.get(made.remote_id) is None) == (Outcome.STALE, False)


def test_a_second_deletion_is_gone(mailbox: Mailbox) -> None:
    """Scenario O-139."""
    made = mailbox.create(values())
    outcomes = [mailbox.remote.write([Delete(remote_id=made.remote_id, etag=None)])[0].outcome for _ in range(2)]
    assert outcomes == [Outcome.DONE, Outcome.GONE]


def test_a_patch_of_what_is_gone_is_gone(mailbox: Mailbox) -> None:
    """Scenario O-137."""
    made = mailbox.create(values())
    mailbox.remote.write([Delete(remote_id=made.remote_id, etag=None)])
    (result,) = mailbox.remote.write([Patch(remote_id=made.remote_id, etag=None, values={Field.SUBJECT: "x"})])
    assert result.outcome is Outcome.GONE


def test_one_refused_write_stops_no_other(mailbox: Mailbox) -> None:
    good, bad = mailbox.create(values()), mailbox.create(values())
    nonsense = Patch(remote_id=bad.remote_id, etag=None, values={Field.PLACES: (Place(name="x", kind="nonsense"),)})
    rename = Patch(remote_id=good.remote_id, etag=None, values={Field.SUBJECT: "Renamed"})
    refused, done = mailbox.remote.write([nonsense, rename])
    assert (refused.outcome, bool(refused.reason), done.outcome) == (Outcome.REFUSED, True, Outcome.DONE)


def test_many_writes_are_answered_in_order(mailbox: Mailbox) -> None:
    subjects = [f"Number {number}" for number in range(23)]
    results = mailbox.remote.write([Create(creation=creation(), values=values(subject=each)) for each in subjects])
    assert [result.item.values[Field.SUBJECT] for result in results if result.item] == subjects


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_tells_listed_deleted_and_moved_apart(mailbox: Mailbox) -> None:
    listed, deleted = mailbox.create(values()), mailbox.create(values())
    all_day = mailbox.create(values(when=AllDay(first=TOMORROW.start.date(), last=TOMORROW.start.date())))
    mailbox.remote.write([Delete(remote_id=deleted.remote_id, etag=None)])
    seen = mailbox.remote.look([listed.remote_id, deleted.remote_id, all_day.remote_id])
    assert {remote_id: sighting.whereabouts for remote_id, sighting in seen.items()} == {
        listed.remote_id: Whereabouts.LISTED,
        deleted.remote_id: Whereabouts.NOWHERE,
        all_day.remote_id: Whereabouts.LISTED,
    }
    assert seen[deleted.remote_id] == Sighting(whereabouts=Whereabouts.NOWHERE)


def test_it_finds_an_event_that_lives_in_another_calendar(mailbox: Mailbox) -> None:
    name = f"Contract {uuid.uuid4()}"
    calendar = msgspec.json.decode(
        mailbox.graph.demand(Call(method="POST", path="/me/calendars", body={"name": name})).body
    )
    event = {"subject": "Elsewhere", "start": _moment(9), "end": _moment(10)}
    path = f"/me/calendars/{calendar['id']}"
    made = msgspec.json.decode(mailbox.graph.demand(Call(method="POST", path=f"{path}/events", body=event)).body)
    sighting = mailbox.remote.look([made["id"]])[made["id"]]
    mailbox.graph.demand(Call(method="DELETE", path=path))
    assert sighting.whereabouts is Whereabouts.OTHER_CALENDAR
    assert sighting.item is not None
    assert sighting.item.values[Field.SUBJECT] == "Elsewhere"


def _moment(hour: int) -> dict[str, str]:
    return {"dateTime": f"{TOMORROW.start:%Y-%m-%d}T{hour:02}:00:00", "timeZone": "UTC"}


def test_it_reads_only_the_calendar_it_was_given(mailbox: Mailbox) -> None:
    name = f"Contract {uuid.uuid4()}"
    made = mailbox.graph.demand(Call(method="POST", path="/me/calendars", body={"name": name})).body
    calendar_id = msgspec.json.decode(made)["id"]
    listed = {calendar.name: calendar for calendar in list_calendars(mailbox.graph)}
    event = {"subject": "Elsewhere", "start": _moment(9), "end": _moment(10)}
    mailbox.graph.demand(Call(method="POST", path=f"{listed[name].root}/events", body=event))
    default = mailbox.create(values())
    other = GraphRemote(mailbox.graph, installation=INSTALLATION, addresses=[], calendar_id=calendar_id)
    told = other.delta(None, WINDOW)
    sighted = other.look([told.items[0].remote_id, default.remote_id])
    again, ours = other.delta(told.delta_link, WINDOW), other.find_ours()
    mailbox.graph.demand(Call(method="DELETE", path=listed[name].root))
    assert [item.values[Field.SUBJECT] for item in told.items] == ["Elsewhere"]
    assert [sighting.whereabouts for sighting in sighted.values()] == [Whereabouts.LISTED, Whereabouts.OTHER_CALENDAR]
    assert (again.items, ours, listed[name].is_default) == ([], {}, False)
    assert next(iter(listed.values())).is_default
