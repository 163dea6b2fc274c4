"""Unfinished writes are settled by looking, never by repeating blindly (RULES 15.2).

| record  | looked at                              | it arrived when                                          |
|---------|----------------------------------------|----------------------------------------------------------|
| create  | the item that bears this very creation | there is one                                             |
| patch   | the copy                               | its etag moved and it shows a value written              |
| delete  | where the copy is                      | nowhere                                                  |
| respond | the copy's `responseStatus`            | it shows the answer, or the copy is gone after a decline |

Where that cannot be told any more, the mails of the record are entered as possible ones.

What did not arrive is forgotten, and planned anew from the three trees. But a write that no answer came back from at
all may still be under way, in the hands of a worker that was thought dead: its event is left alone for a while.
"""

import datetime as dt
from dataclasses import dataclass, replace

from kalends.domain.attendee import Partstat
from kalends.domain.event import Field
from kalends.sync.conclude import Ports, abandon, conclude, mail_records
from kalends.sync.merge import answer_of, mean_the_same
from kalends.sync.ports import Create, Delete, Intent, Patch, Respond, Whereabouts
from kalends.sync.snapshot import RemoteItem

UNDER_WAY = dt.timedelta(seconds=45)
"""How long a request of a worker that fell silent may still be on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How many records were open; the events of those that may still be under way, and for how long at most."""

    count: int
    under_way: frozenset[str] = frozenset()
    seconds: float = 0.0


def settle(ports: Ports) -> Settled:
    """Settle every open record that can be settled now."""
    intents = ports.ledger.intents()
    waiting: dict[str, float] = {}
    for intent in intents:
        arrived, item = _look(ports, intent)
        left = (intent.at + UNDER_WAY - ports.clock()).total_seconds()
        if arrived is not None:
            conclude(ports, arrived, item)
        elif left > 0 and not intent.returned:
            waiting[intent.event_id] = left
        else:
            with ports.ledger.transaction():
                abandon(ports, intent)
                if _in_doubt(intent, item):
                    ports.ledger.record_mails(mail_records(ports, intent, certain=False))
    return Settled(count=len(intents), under_way=frozenset(waiting), seconds=max(waiting.values(), default=0.0))


def _in_doubt(intent: Intent, item: RemoteItem | None) -> bool:
    """Whether it may have arrived all the same: the copy is gone since, or was written over."""
    if isinstance(intent.write, Patch):
        return item is None or item.etag != intent.write.etag
    return isinstance(intent.write, Respond | Create) and item is None


def _look(ports: Ports, intent: Intent) -> tuple[Intent | None, RemoteItem | None]:
    """The record of what arrived, if it did, and the copy."""
    write = intent.write
    if isinstance(write, Create):
        item = ports.remote.find_created(write.creation)
        return intent if item is not None else None, item
    if isinstance(write, Delete):
        gone = ports.remote.look([write.remote_id])[write.remote_id].whereabouts is Whereabouts.NOWHERE
        return intent if gone else None, None
    item = ports.remote.get(write.remote_id)
    if isinstance(write, Patch):
        return _shown(ports, intent, item) if item is not None else None, item
    return intent if _answered(item, write) else None, item


def _shown(ports: Ports, intent: Intent, item: RemoteItem) -> Intent | None:
    """The record of what the copy shows of a PATCH, if it shows anything that was not there before.

    What it does not show was written over since, and is left to the three trees.
    """
    write = intent.write
    if not isinstance(write, Patch) or item.etag == write.etag:
        return None
    link = ports.ledger.links_of_events([intent.event_id]).get(intent.event_id)
    shown = {
        field: value
        for field, value in write.values.items()
        if field in item.values and mean_the_same(field, value, item.values[field])
    }
    news = link is None or any(not mean_the_same(field, shown[field], link.theirs.get(field)) for field in shown)
    if not shown or not news:
        return None
    known = {
        field: value for field, value in intent.local_values.items() if field in shown or field not in write.values
    }
    return replace(intent, write=replace(write, values=shown), local_values=known)


def _answered(item: RemoteItem | None, write: Respond) -> bool:
    if item is None:
        return write.partstat is Partstat.DECLINED
    return Field.ANSWER in item.values and answer_of(item.values).partstat is write.partstat
