"""What Outlook answered, kept, so that a plan can be made again without asking (FEATURES 5.1).

`Recorder` stands before a Remote and remembers every answer; `Replay` gives the answers again, and refuses every
write. A question that was never asked raises NotRecorded: then the mailbox is read anew.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeVar

from kalends.sync.codec import from_json, to_json
from kalends.sync.errors import SyncError
from kalends.sync.ports import DeltaRound, Remote, RemoteWrite, Sighting, Whereabouts, WriteResult
from kalends.sync.snapshot import Creation, RemoteItem, Window

T = TypeVar("T")


class NotRecorded(SyncError):
    """Outlook was not asked this when the mailbox was read."""


class NothingIsWritten(SyncError):
    """A rehearsal was asked to write; only a mistake in the program can do that."""


@dataclass(slots=True, kw_only=True)
class Record:
    """The answers, by question."""

    round_: DeltaRound | None = None
    items: dict[str, RemoteItem | None] = field(default_factory=dict)
    sightings: dict[str, Sighting] = field(default_factory=dict)
    ours: dict[str, Creation] = field(default_factory=dict)
    by_uid: dict[str, tuple[RemoteItem, ...]] = field(default_factory=dict)


class Recorder:
    """A Remote that asks another one, and remembers."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self.record = Record()

    def delta(self, delta_link: str | None, window: Window) -> DeltaRound:
        self.record.round_ = self._remote.delta(delta_link, window)
        return self.record.round_

    def get(self, remote_id: str) -> RemoteItem | None:
        item = self.record.items[remote_id] = self._remote.get(remote_id)
        return item

    def look(self, remote_ids: Sequence[str]) -> Mapping[str, Sighting]:
        found = self._remote.look(remote_ids)
        self.record.sightings.update(found)
        return found

    def find_created(self, creation: Creation) -> RemoteItem | None:
        return self._remote.find_created(creation)

    def find_ours(self) -> Mapping[str, Creation]:
        self.record.ours = dict(self._remote.find_ours())
        return self.record.ours

    def find_by_uid(self, uids: Collection[str]) -> Sequence[RemoteItem]:
        found = self._remote.find_by_uid(uids)
        for uid in uids:
            self.record.by_uid[uid] = tuple(item for item in found if uid in {item.uid, item.ical_uid})
        return found

    def write(self, writes: Sequence[RemoteWrite]) -> Sequence[WriteResult]:
        _refuse(writes)


class Replay:
    """A Remote that only repeats what a record holds."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def delta(self, delta_link: str | None, window: Window) -> DeltaRound:
        del delta_link, window
        if self._record.round_ is None:
            raise NotRecorded
        return self._record.round_

    def get(self, remote_id: str) -> RemoteItem | None:
        return _known(self._record.items, remote_id)

    def look(self, remote_ids: Sequence[str]) -> Mapping[str, Sighting]:
        return {remote_id: _known(self._record.sightings, remote_id) for remote_id in remote_ids}

    def find_created(self, creation: Creation) -> RemoteItem | None:
        raise NotRecorded(str(creation))

    def find_ours(self) -> Mapping[str, Creation]:
        return self._record.ours

    def find_by_uid(self, uids: Collection[str]) -> Sequence[RemoteItem]:
        return list({item.remote_id: item for uid in uids for item in _known(self._record.by_uid, uid)}.values())

    def write(self, writes: Sequence[RemoteWrite]) -> Sequence[WriteResult]:
        _refuse(writes)


def _known(answers: Mapping[str, T], question: str) -> T:
    if question not in answers:
        raise NotRecorded(question)
    return answers[question]


def _refuse(writes: Sequence[RemoteWrite]) -> NoReturn:
    raise NothingIsWritten(f"{len(writes)} writes")


# ── kept as text ────────────────────────────────────────────────────────────────────────────────────────────────────


def record_to_json(record: Record) -> dict[str, Any]:
    """The record as plain JSON values."""
    round_ = record.round_
    return {
        "items": [to_json(item) for item in round_.items] if round_ else None,
        "removed": sorted(round_.removed) if round_ else [],
        "delta_link": round_.delta_link if round_ else "",
        "full": round_.full if round_ else True,
        "read": {name: to_json(item) if item else None for name, item in record.items.items()},
        "sightings": {name: to_json(each) for name, each in record.sightings.items()},
        "ours": {name: to_json(each) for name, each in record.ours.items()},
        "by_uid": {uid: [to_json(item) for item in items] for uid, items in record.by_uid.items()},
    }


def record_from_json(data: Mapping[str, Any]) -> Record:
    """The inverse of `record_to_json`."""
    items = data["items"]
    return Record(
        round_=None if items is None else _round(data, [from_json(RemoteItem, item) for item in items]),
        items={name: from_json(RemoteItem, item) if item else None for name, item in data["read"].items()},
        sightings={name: _sighting(each) for name, each in data["sightings"].items()},
        ours={name: from_json(Creation, each) for name, each in data["ours"].items()},
        by_uid={uid: tuple(from_json(RemoteItem, item) for item in found) for uid, found in data["by_uid"].items()},
    )


def _round(data: Mapping[str, Any], items: list[RemoteItem]) -> DeltaRound:
    return DeltaRound(items=items, removed=frozenset(data["removed"]), delta_link=data["delta_link"], full=data["full"])


def _sighting(data: Mapping[str, Any]) -> Sighting:
    sighting = Sighting(whereabouts=Whereabouts(data["whereabouts"]))
    return replace(sighting, item=from_json(RemoteItem, data["item"])) if data.get("item") else sighting
