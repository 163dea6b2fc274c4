"""Unfinished writes are settled by looking, never by repeating blindly (RULES 15.2).

| record  | looked at                                        | it arrived when                                  |
|---------|--------------------------------------------------|--------------------------------------------------|
| create  | the item that bears this very creation           | there is one                                     |
| patch   | the copy                                         | its etag moved and it shows every value written  |
| delete  | where the copy is                                | nowhere                                          |
| respond | the copy's `responseStatus`                      | it shows the answer, or the copy is gone after a decline |

What did not arrive is forgotten, and planned anew from the three trees.
"""

from kalends.domain.attendee import Partstat
from kalends.domain.event import Field
from kalends.sync.conclude import Ports, abandon, conclude
from kalends.sync.merge import answer_of, mean_the_same
from kalends.sync.ports import Create, Delete, Intent, Patch, Respond, Whereabouts
from kalends.sync.snapshot import RemoteItem


def settle(ports: Ports) -> int:
    """Settle every open record; returns how many there were."""
    intents = ports.ledger.intents()
    for intent in intents:
        arrived, item = _look(ports, intent)
        if arrived:
            conclude(ports, intent, item)
        else:
            with ports.ledger.transaction():
                abandon(ports, intent)
    return len(intents)


def _look(ports: Ports, intent: Intent) -> tuple[bool, RemoteItem | None]:
    write = intent.write
    if isinstance(write, Create):
        item = ports.remote.find_created(write.creation)
        return item is not None, item
    if isinstance(write, Delete):
        return ports.remote.look([write.remote_id])[write.remote_id].whereabouts is Whereabouts.NOWHERE, None
    item = ports.remote.get(write.remote_id)
    if isinstance(write, Patch):
        return item is not None and _shows(item, write), item
    return _answered(item, write), item


def _shows(item: RemoteItem, write: Patch) -> bool:
    if item.etag == write.etag:
        return False
    return all(
        field in item.values and mean_the_same(field, value, item.values[field])
        for field, value in write.values.items()
    )


def _answered(item: RemoteItem | None, write: Respond) -> bool:
    if item is None:
        return write.partstat is Partstat.DECLINED
    return Field.ANSWER in item.values and answer_of(item.values).partstat is write.partstat
