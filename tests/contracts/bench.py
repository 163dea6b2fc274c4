"""The bench on which a store is tried, and the values it is tried with."""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

import pytest

from kalends.domain.attendee import Addressee, Answer, Attendee, Role
from kalends.domain.event import (
    Field,
    Importance,
    OnlineMeeting,
    Place,
    ResponseOptions,
    Scheduler,
    Sensitivity,
    ShowAs,
    State,
)
from kalends.domain.scheduling import ForecastMail, MailKind
from kalends.domain.span import Timed
from kalends.sync.ports import (
    Change,
    Create,
    Import,
    Intent,
    Ledger,
    Local,
)
from kalends.sync.snapshot import Creation, Link, LocalItem, Part, Value, Values, Window

NOW = dt.datetime(2026, 8, 3, 8, 0, tzinfo=dt.UTC)
WINDOW = Window(start=NOW - dt.timedelta(days=180), end=NOW + dt.timedelta(days=730))
ALICE, BOB, CHARLIE = "alice@contoso.example", "bob@contoso.example", "charlie@elsewhere.example"
ONE, TWO = str(UUID(int=1)), str(UUID(int=2))
MEETING: Mapping[Field, Value] = {
    Field.SUBJECT: "Budget",
    Field.BODY: "<p>Bring figures</p>",
    Field.WHEN: Timed(
        start=dt.datetime(2026, 8, 5, 10, 0),
        start_zone="Europe/Berlin",
        end=dt.datetime(2026, 8, 5, 11, 0),
        end_zone="Europe/Berlin",
    ),
    Field.PLACES: (Place(name="Room 4711", kind="conferenceRoom", email="room@contoso.example"),),
    Field.ATTENDEES: (Attendee(address=BOB, name="Bob"), Attendee(address=CHARLIE, name="Charlie", role=Role.OPTIONAL)),
    Field.IMPORTANCE: Importance.HIGH,
    Field.ONLINE_MEETING: OnlineMeeting(wanted=True, provider="teamsForBusiness", join_url="https://teams.example/1"),
    Field.RESPONSE_OPTIONS: ResponseOptions(propose_new_times=False),
    Field.ANSWER: Answer(),
    Field.SHOW_AS: ShowAs.OUT_OF_OFFICE,
    Field.REMINDER: None,
    Field.CATEGORIES: ("Red category",),
    Field.SENSITIVITY: Sensitivity.PRIVATE,
}


class Bench(Protocol):
    """One installation with two connected mailboxes; `ledger` opens a new worker's ledger each time."""

    def ledger(self, name: str = "Alice") -> Ledger: ...

    def local(self, name: str = "Alice") -> Local: ...

    def mark(self, event_id: str, fields: frozenset[Field], name: str = "Alice") -> None:
        """Somebody edits these fields here: marks and dirt for his mailbox."""


def link_to(event_id: str, remote_id: str = "R1", **members: object) -> Link:
    """A link whose sides agree on everything."""
    basis = Link(
        event_id=event_id, remote_id=remote_id, ical_uid=f"uid-{remote_id}", etag="W/1", ours=MEETING, theirs=MEETING
    )
    return _with(basis, members)


def _with(link: Link, members: Mapping[str, object]) -> Link:
    plain = {name: getattr(link, name) for name in Link.__slots__}
    return Link(**{**plain, **members})


def imported(event_id: str = ONE, *, values: Values = MEETING, uids: frozenset[str] = frozenset({"uid-1"})) -> Import:
    """Alice's own meeting, made of her Outlook copy."""
    return Import(
        event_id=event_id,
        uids=uids,
        values=values,
        part=Part.ORGANIZER,
        organizer=Addressee(address=ALICE, name="Alice"),
        scheduler=Scheduler.OUTLOOK,
        state=State.ACTIVE,
        at=NOW,
    )


def changed(item: LocalItem, values: Values, **members: object) -> Change:
    """Outlook says that it has these values now."""
    return Change(event_id=item.event_id, version=item.version, values=values, at=NOW, **members)  # type: ignore[arg-type]


def intent(name: str, event_id: str = ONE) -> Intent:
    """A write-ahead record of a create, with everything a record may hold."""
    creation = Creation(installation="i", event_id=event_id, mailbox_id="m", number=2)
    return Intent(
        intent_id=name,
        event_id=event_id,
        write=Create(creation=creation, values=MEETING, quiet_list=()),
        local_values=MEETING,
        version=3,
        mails=(ForecastMail(recipient=BOB, kind=MailKind.REQUEST, name="Bob"),),
        cause="meeting → create and invite",
        link=link_to(event_id),
        at=NOW,
    )


class Contract:
    """What both halves of the contract need."""

    @pytest.fixture
    def bench(self) -> Bench:
        raise LookupError("a test of a store brings its own bench")

    def put(self, bench: Bench, write: Import | None = None) -> LocalItem:
        """The meeting, as Alice has it."""
        with bench.ledger().transaction():
            bench.local().write(write or imported())
        return bench.local().read([(write or imported()).event_id])[(write or imported()).event_id]
