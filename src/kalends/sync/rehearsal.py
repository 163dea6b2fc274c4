"""A plan as people read it before it is carried out: what is linked, made, changed, left alone, and who is mailed.

| group | what it holds |
|---|---|
| linked | an event and its Outlook copy that turn out to be the same, and how that was seen |
| here | what only Outlook has, to be created here |
| there | what only Kalends has, to be created in Outlook: quietly, or with invitations |
| differing | pairs of which some fields differ, and which; Outlook's value is taken, ours goes to the conflict inbox |
| changed | pairs linked earlier of which something changed since, here or there |
| left | what nothing is done about, and why |

`digest` names the plan: two rehearsals with the same digest do the same, so that Start can apply just what was shown.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kalends.domain.event import Field, Sensitivity
from kalends.domain.scheduling import ForecastMail
from kalends.domain.span import AllDay, Span, Timed
from kalends.sync.ports import (
    Change,
    Conceal,
    Conflict,
    Create,
    Delete,
    Direction,
    Enter,
    Import,
    Patch,
    Respond,
)
from kalends.sync.reading import Reading
from kalends.sync.round import Rehearsal
from kalends.sync.snapshot import Kind, RemoteItem, Values
from kalends.sync.steps import Decision, Keep, Put, Send


class Group(StrEnum):
    """What becomes of an event."""

    LINKED = "linked"
    HERE = "here"
    THERE = "there"
    DIFFERING = "differing"
    CHANGED = "changed"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event in one group; `why` says how it was matched, how it is made, or why it is left alone."""

    group: Group
    subject: str
    why: str
    when: Span | None = None
    event_id: str | None = None
    remote_id: str | None = None
    fields: tuple[Field, ...] = ()
    mails: tuple[ForecastMail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A rehearsal as it is shown."""

    rows: tuple[Row, ...]
    digest: str

    def count(self, group: Group) -> int:
        """How many events a group holds."""
        return sum(1 for row in self.rows if row.group is group)

    @property
    def mails(self) -> tuple[tuple[Row, ForecastMail], ...]:
        """Every mail that would go out, with the event it is about."""
        return tuple((row, mail) for row in self.rows for mail in row.mails)


def shown(rehearsal: Rehearsal) -> Shown:
    """The rehearsal in groups."""
    rows = [row for decision in rehearsal.decisions for row in _rows(decision, rehearsal.reading)]
    rows += _undecided(rehearsal)
    ordered = sorted(rows, key=lambda row: (row.group, row.when is None, _moment(row.when), row.subject))
    return Shown(rows=tuple(ordered), digest=digest_of(rehearsal.decisions, rehearsal.reading))


def digest_of(decisions: Iterable[Decision], reading: Reading) -> str:
    """The name of what a plan does; ids that are drawn anew at each planning do not count."""
    told = sorted(
        [
            row.group,
            "" if row.group is Group.HERE else row.event_id or "",
            row.remote_id or "",
            row.why,
            ",".join(row.fields),
            ",".join(sorted(f"{mail.kind} {mail.recipient} {mail.certain}" for mail in row.mails)),
        ]
        for decision in decisions
        for row in _rows(decision, reading)
        if row.group is not Group.LEFT
    )
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _moment(when: Span | None) -> str:
    return when.start_at.isoformat() if when is not None else ""


# ── decided ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(decision: Decision, reading: Reading) -> Iterator[Row]:
    """The groups of one decision: a linked pair may also differ."""
    why = decision.rule
    mails = decision.mails
    imported = next((step for step in decision.steps if isinstance(step, Import)), None)
    created = next((send for send in decision.sends if isinstance(send.write, Create)), None)
    held = next((step.hold for step in decision.steps if isinstance(step, Keep)), None)
    if imported is not None:
        yield _row(Group.HERE, decision, _when(imported.values), "only in Outlook so far", mails=mails)
    elif created is not None:
        how = "quiet copy: nobody is invited" if created.quiet else "invitations go out" if mails else "created"
        yield _row(Group.THERE, decision, _when(created.local_values), how, mails=mails)
    elif held is not None:
        yield _row(Group.LEFT, decision, _when_there(decision, reading), held.reason, mails=mails)
    elif not decision.steps:
        yield _row(Group.LEFT, decision, None, why.rpartition("→")[0].strip() or why)
    elif any(isinstance(step, Put) for step in decision.steps) and "linked" in why:
        yield from _linked(decision, reading)
    else:
        when, fields = _when_there(decision, reading), _fields(decision)
        yield _row(Group.CHANGED, decision, when, _what_changes(decision), fields=fields, mails=mails)


def _linked(decision: Decision, reading: Reading) -> Iterator[Row]:
    when = _when_there(decision, reading)
    how = decision.rule.rpartition("→")[0].strip()
    yield _row(Group.LINKED, decision, when, how, mails=decision.mails)
    differing = tuple(step.field for step in decision.steps if isinstance(step, Conflict))
    if differing:
        yield _row(Group.DIFFERING, decision, when, "Outlook's value is taken, yours is kept", fields=differing)


def _what_changes(decision: Decision) -> str:
    """What is done about a pair that was linked before, for people."""
    done = {
        "is deleted in Outlook": any(isinstance(send.write, Delete) for send in decision.sends),
        "is answered in Outlook": any(isinstance(send.write, Respond) for send in decision.sends),
        "is changed in Outlook": any(isinstance(send.write, Patch) for send in decision.sends),
        "is changed here": any(isinstance(step, Change) for step in decision.steps),
        "leaves the calendar here": any(isinstance(step, Enter | Conceal) for step in decision.steps),
    }
    return ", ".join(words for words, true in done.items() if true) or "is linked anew"


def _row(
    group: Group,
    decision: Decision,
    when: Span | None,
    why: str,
    *,
    fields: tuple[Field, ...] = (),
    mails: tuple[ForecastMail, ...] = (),
) -> Row:
    return Row(
        group=group,
        subject=decision.subject,
        why=why,
        when=when,
        event_id=decision.event_id,
        remote_id=decision.remote_id,
        fields=fields,
        mails=mails,
    )


def _fields(decision: Decision) -> tuple[Field, ...]:
    """The fields that a decision writes, on either side."""
    written: set[Field] = set()
    for step in decision.steps:
        if isinstance(step, Change):
            written |= step.values.keys()
        elif isinstance(step, Send):
            written |= getattr(step.write, "values", {}).keys()
    return tuple(sorted(written))


def _when_there(decision: Decision, reading: Reading) -> Span | None:
    item = reading.items.get(decision.remote_id or "")
    return _when(item.values) if item is not None else None


def _when(values: Values) -> Span | None:
    when = values.get(Field.WHEN)
    return when if isinstance(when, Timed | AllDay) else None


# ── left alone without a decision ───────────────────────────────────────────────────────────────────────────────────


def _undecided(rehearsal: Rehearsal) -> Iterator[Row]:
    reading = rehearsal.reading
    decided = {decision.remote_id for decision in rehearsal.decisions}
    for remote_id, item in reading.items.items():
        if remote_id not in decided:
            why = _why_left(item, reading)
            subject = str(item.values.get(Field.SUBJECT, ""))
            yield Row(group=Group.LEFT, subject=subject, why=why, when=_when(item.values), remote_id=remote_id)


def _why_left(item: RemoteItem, reading: Reading) -> str:
    if item.kind in {Kind.OCCURRENCE, Kind.EXCEPTION}:
        return "It belongs to a repeating event."
    if item.cancelled:
        return "It was cancelled."
    if reading.state.policy.direction is Direction.TO_OUTLOOK:
        return "You chose to write to Outlook only."
    if item.values.get(Field.SENSITIVITY) not in {None, Sensitivity.NORMAL}:
        return "You chose to leave private events out."
    return "Both sides are the same already."
