"""One pair of an event and its copy, and how a decision of the planner is carried out on it, as perfect ports would."""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat
from kalends.domain.event import (
    Field,
    Importance,
    OnlineMeeting,
    ResponseOptions,
    Scheduler,
    Sensitivity,
    ShowAs,
    State,
)
from kalends.domain.scheduling import ForecastMail
from kalends.domain.span import Timed
from kalends.sync.case import Case, Standing, There
from kalends.sync.conclude import link_after
from kalends.sync.forecast import forecast
from kalends.sync.merge import agree, attendees_of
from kalends.sync.plan import decide
from kalends.sync.ports import (
    Answered,
    Change,
    Conceal,
    Conflict,
    Create,
    Delete,
    Enter,
    Intent,
    MailboxState,
    Patch,
    Respond,
    TakeOff,
    Unmark,
)
from kalends.sync.snapshot import Kind, Link, LocalItem, Part, RemoteItem, Reply, Value, Values
from kalends.sync.steps import Decision, End, Keep, Put, Send, Step

NOW = dt.datetime(2026, 8, 3, 8, 0, tzinfo=dt.UTC)
BOUND = 4
"""Rounds within which every case must end."""
ALICE = Addressee(address="alice@contoso.example", name="Alice")
BOB, CHARLIE, DORA = (
    Attendee(address=f"{name}@contoso.example", name=name.title()) for name in ("bob", "charlie", "dora")
)
STATE = MailboxState(mailbox_id="m", installation="i", addresses=frozenset({"alice@contoso.example"}))


def at(hour: int) -> Timed:
    """Some time on a coming day."""
    day = dt.datetime(2026, 8, 5, hour)
    return Timed(start=day, start_zone="Europe/Berlin", end=day + dt.timedelta(hours=1), end_zone="Europe/Berlin")


BASE: Mapping[Field, Value] = {
    Field.SUBJECT: "base",
    Field.BODY: "<p>base</p>",
    Field.WHEN: at(10),
    Field.PLACES: (),
    Field.ATTENDEES: (BOB, CHARLIE),
    Field.IMPORTANCE: Importance.NORMAL,
    Field.ONLINE_MEETING: OnlineMeeting(),
    Field.RESPONSE_OPTIONS: ResponseOptions(),
    Field.ANSWER: Answer(),
    Field.SHOW_AS: ShowAs.BUSY,
    Field.REMINDER: 15,
    Field.CATEGORIES: ("Base",),
    Field.SENSITIVITY: Sensitivity.NORMAL,
}
HERE: Mapping[Field, Value] = {
    Field.SUBJECT: "here",
    Field.BODY: "<p>here</p>",
    Field.WHEN: at(11),
    Field.ATTENDEES: (BOB, CHARLIE, DORA),
    Field.IMPORTANCE: Importance.HIGH,
    Field.SHOW_AS: ShowAs.FREE,
    Field.REMINDER: None,
    Field.CATEGORIES: ("Base", "Here"),
    Field.SENSITIVITY: Sensitivity.PRIVATE,
    Field.ANSWER: Answer(partstat=Partstat.ACCEPTED, at=NOW),
}
THERE: Mapping[Field, Value] = {
    Field.SUBJECT: "there",
    Field.BODY: "<p>there</p>",
    Field.WHEN: at(12),
    Field.ATTENDEES: (CHARLIE,),
    Field.IMPORTANCE: Importance.LOW,
    Field.SHOW_AS: ShowAs.OUT_OF_OFFICE,
    Field.REMINDER: 0,
    Field.CATEGORIES: ("There",),
    Field.SENSITIVITY: Sensitivity.PERSONAL,
    Field.ANSWER: Answer(partstat=Partstat.TENTATIVE, at=NOW - dt.timedelta(hours=1)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One case: who stands where, what became of each side, and which fields each changed."""

    standing: Standing
    scheduler: Scheduler
    others: bool = True
    here: frozenset[Field] = frozenset()
    there: frozenset[Field] = frozenset()
    alike: frozenset[Field] = frozenset()
    ended_here: bool = False
    hidden: bool = False
    fate: There = There.SAME


@dataclass(slots=True)
class Pair:
    """An event, its link and its copy."""

    local: LocalItem
    link: Link | None
    item: RemoteItem | None
    fate: There
    lost: list[Conflict] = field(default_factory=list)
    mails: list[ForecastMail] = field(default_factory=list)
    sends: list[Send] = field(default_factory=list)
    holds: set[str] = field(default_factory=set)
    rounds: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(2))

    def settle(self) -> bool:
        """Plan and carry out until there is nothing left; false when it does not end."""
        for self.rounds in range(1, BOUND + 1):
            if self.link is None:
                return True
            case = Case(
                state=STATE,
                now=NOW,
                link=self.link,
                local=self.local,
                item=self.item,
                there=self.fate,
                holds=frozenset(self.holds),
            )
            decision = forecast(decide(case), self.local.organizer)
            if not decision.steps:
                return True
            self._carry_out(decision)
        return False

    def _carry_out(self, decision: Decision) -> None:
        shown = self.item
        for step in decision.steps:
            self._do(step)
        if self.fate is not There.DELETED:
            moved = self.item is not None and self.item is not shown
            self.fate = There.CHANGED if moved else There.SAME
        if self.item is None:
            self.fate = There.DELETED

    def _do(self, step: Step) -> None:
        match step:
            case Put():
                self.link = step.link
            case Keep():
                self.holds.add(step.hold.key)
            case End():
                self.link = None
            case Send():
                self._send(step)
            case Change():
                assert step.version == self.local.version, "a second versioned write in one decision"
                values = {**self.local.values, **step.values}
                self.local = replace(
                    self.local,
                    values=values,
                    version=self.local.version + 1,
                    state=step.state or self.local.state,
                    scheduler=step.scheduler or self.local.scheduler,
                    participates=self.local.participates or step.joins,
                )
            case Enter():
                assert step.version == self.local.version, "a second versioned write in one decision"
                self.local = replace(self.local, state=step.state, version=self.local.version + 1)
            case Conceal():
                self.local = replace(self.local, hidden=step.hidden)
            case TakeOff():
                self.local = replace(self.local, participates=False)
            case Unmark():
                self._unmark(step.written)
            case Conflict():
                self.lost.append(step)
            case Answered():
                self.local = replace(self.local, values=_with_answers(self.local.values, step.answers))

    def _unmark(self, written: Values) -> None:
        settled = {name for name, value in written.items() if agree(name, self.local.values[name], value)}
        reply = None if Field.ANSWER in settled else self.local.reply
        self.local = replace(self.local, marks=self.local.marks - settled, reply=reply)

    def _send(self, send: Send) -> None:
        self.sends.append(send)
        self.mails += send.mails
        match send.write:
            case Patch():
                self._patch(send.write)
            case Respond():
                said = Answer(partstat=send.write.partstat, at=NOW)
                self._patch(Patch(remote_id=send.write.remote_id, etag=None, values={Field.ANSWER: said}))
                if send.write.partstat is Partstat.DECLINED:
                    self.item = None
            case Delete():
                self.item = None
            case Create():
                return
        record = Intent(
            intent_id="w",
            event_id=self.local.event_id,
            write=send.write,
            local_values=send.local_values,
            version=send.version,
            at=NOW,
        )
        self.link = link_after(record, self.link, self.item)
        self._unmark(send.local_values)

    def _patch(self, write: Patch) -> None:
        assert self.link is not None
        present = self.item.values if self.item is not None else self.link.theirs
        shown = self.item or _item({**present}, self.link)
        self.item = replace(shown, values={**present, **write.values}, etag=f"W/{next(self.numbers)}")


def _with_answers(values: Values, answers: Mapping[str, Answer]) -> Values:
    people = tuple(replace(each, answer=answers.get(each.key, each.answer)) for each in attendees_of(values))
    return {**values, Field.ATTENDEES: people}


def _item(values: Values, link: Link) -> RemoteItem:
    return RemoteItem(
        remote_id=link.remote_id,
        ical_uid=link.ical_uid,
        uid=link.ical_uid,
        etag="W/2",
        kind=Kind.SINGLE,
        values=values,
        is_organizer=link.part is Part.ORGANIZER,
        organizer=ALICE,
        modified=NOW,
    )


def pair_of(setting: Setting) -> Pair:
    """The case's pair, before anything is planned."""
    base = dict(BASE) if setting.others else {**BASE, Field.ATTENDEES: ()}
    here = {name: HERE[name] for name in setting.here} | {name: THERE[name] for name in setting.alike}
    there = {name: THERE[name] for name in setting.there | setting.alike}
    quiet = setting.standing in {Standing.KEEPER, Standing.GUEST}
    theirs = {**base, Field.ATTENDEES: ()} if quiet else base
    part = Part.ATTENDEE if setting.standing is Standing.ATTENDEE else Part.ORGANIZER
    own = Part.ATTENDEE if setting.standing in {Standing.ATTENDEE, Standing.GUEST} else Part.ORGANIZER
    link = Link(
        event_id="e",
        remote_id="r",
        ical_uid="u",
        etag="W/1",
        ours=base,
        theirs=theirs,
        part=part,
        quiet=quiet,
        creation_number=int(quiet),
    )
    answered = Field.ANSWER in setting.here
    local = LocalItem(
        event_id="e",
        version=1,
        uids=frozenset({"u"}),
        values={**base, **here},
        part=own,
        scheduler=setting.scheduler,
        state=State.TRASHED if setting.ended_here else State.ACTIVE,
        organizer=ALICE,
        organizer_connected=setting.scheduler is Scheduler.OUTLOOK,
        hidden=setting.hidden,
        marks=frozenset(here),
        reply=Reply(answered=at(10)) if answered else None,
        created=NOW,
        modified=NOW - dt.timedelta(minutes=1),
    )
    fate = setting.fate
    if fate is There.SAME and there:
        fate = There.CHANGED
    shown = fate in {There.CHANGED, There.CANCELLED}
    item = replace(_item({**theirs, **there}, link), cancelled=fate is There.CANCELLED) if shown else None
    return Pair(local=local, link=link, item=item, fate=fate)
