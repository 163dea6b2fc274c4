"""How an Outlook event says that this installation made it (RULES 1.2).

Three private properties (an own GUID, so that they do not travel with invitations, FACTS.md §2.8): the installation,
by which one query finds everything of ours; the creation's full name; the list of a quiet copy. And a `transactionId`
derived from the creation, by which Exchange itself refuses to make the same event twice (FACTS.md §2.5).
"""

import json
import uuid
from collections.abc import Iterable

from kalends.domain.attendee import Attendee
from kalends.graph import wire
from kalends.sync.snapshot import Creation

_NAMESPACE = uuid.UUID("5b6f2a0e-58c3-4d0f-9a3e-6d1f0c7b9e24")
_GUID = "{7e6b1d52-0c1f-4c7b-a3a8-2f9c64d0e7b1}"
INSTALLATION = f"String {_GUID} Name KalendsInstallation"
CREATION = f"String {_GUID} Name KalendsCreation"
PEOPLE = f"String {_GUID} Name KalendsPeople"
SEQUENCE = "Integer {00062002-0000-0000-C000-000000000046} Id 0x8201"


def creation_text(creation: Creation) -> str:
    """The creation's name as our property holds it."""
    return "/".join((creation.installation, creation.mailbox_id, creation.event_id, str(creation.number)))


def transaction_id(creation: Creation) -> str:
    """The creation's idempotency key: always the same for the same creation."""
    return str(uuid.uuid5(_NAMESPACE, creation_text(creation)))


def creation_members(creation: Creation, quiet_list: Iterable[Attendee] | None) -> dict[str, object]:
    """The members that name a creation, for the body of a POST."""
    marks = [(INSTALLATION, creation.installation), (CREATION, creation_text(creation))]
    return {
        "transactionId": transaction_id(creation),
        "singleValueExtendedProperties": [{"id": name, "value": value} for name, value in marks]
        + ([] if quiet_list is None else people_property(quiet_list)),
    }


def people_property(quiet_list: Iterable[Attendee]) -> list[dict[str, str]]:
    """The list of a quiet copy, for whoever reads the mailbox after us."""
    people = [{"address": a.address, "name": a.name, "role": a.role.value} for a in quiet_list]
    return [{"id": PEOPLE, "value": json.dumps(people, ensure_ascii=False)}]


def creation_of(event: wire.Event) -> Creation | None:
    """The creation that an event names; None when it was asked for none, or bears none that can be read."""
    text = _property(event, CREATION)
    parts = (text or "").split("/")
    match parts:
        case installation, mailbox_id, event_id, number if number.isdigit():
            return Creation(installation=installation, mailbox_id=mailbox_id, event_id=event_id, number=int(number))
        case _:
            return None


def sequence_of(event: wire.Event) -> int | None:
    """The iTIP SEQUENCE, which Graph shows only as a MAPI property."""
    text = _property(event, SEQUENCE)
    return int(text) if text and text.isdigit() else None


def _property(event: wire.Event, name: str) -> str | None:
    listed = event.single_value_extended_properties or ()
    return next((each.value for each in listed if (each.id or "").casefold() == name.casefold()), None)


EXPAND = f"singleValueExtendedProperties($filter=id eq '{CREATION}' or id eq '{SEQUENCE}')"
