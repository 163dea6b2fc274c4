"""Which event a copy is: its kind and the identity it shares with other mailboxes (FACTS.md §2.3, RULES 1.1)."""

from kalends.graph import wire
from kalends.sync.snapshot import Kind

_GLOBAL_OBJECT_ID = "040000008200E00074C5B7101A82E008"
_DATE = slice(len(_GLOBAL_OBJECT_ID), len(_GLOBAL_OBJECT_ID) + 8)

_KINDS = {kind.value: kind for kind in Kind}


def kind_of(event: wire.Event) -> Kind:
    """Single, series or a part of one; what says nothing is single."""
    return _KINDS.get(event.type or "", Kind.SINGLE)


def uid_of(event: wire.Event) -> str:
    """The series' identity across mailboxes: `uid`, else `iCalUId` without the date of its occurrence."""
    return event.uid or series_uid(event.ical_uid or "")


def series_uid(ical_uid: str) -> str:
    """An `iCalUId` with its date bytes zeroed; a foreign UID as it is."""
    if not ical_uid.upper().startswith(_GLOBAL_OBJECT_ID):
        return ical_uid
    return ical_uid[: _DATE.start] + "00000000" + ical_uid[_DATE.stop :]
