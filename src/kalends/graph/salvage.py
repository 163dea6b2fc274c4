"""What can be saved of an event whose JSON does not fit: the members that do.

One bad event must not stop the others (RULES 16.3), and a person who is told about it should at least read its subject.
"""

import json
from typing import Any

import msgspec

from kalends.graph import wire

_NUL = b"\\u0000"


def without_nul(raw: bytes | msgspec.Raw) -> bytes | msgspec.Raw:
    """The same JSON without the character NUL, which no PostgreSQL text can hold."""
    return msgspec.json.encode(_loosely_read(raw)) if _NUL in bytes(raw) else raw


def salvaged(raw: bytes | msgspec.Raw) -> wire.Event:
    """The event with only those members that are of their type."""
    read = _loosely_read(raw)
    members = read if isinstance(read, dict) else {}
    found = {}
    for field in msgspec.structs.fields(wire.Event):
        try:
            found[field.name] = msgspec.convert(members.get(field.encode_name), field.type)
        except msgspec.ValidationError:
            continue
    return wire.Event(**found)


def _loosely_read(raw: bytes | msgspec.Raw) -> object:
    """Any JSON, also with halves of surrogate pairs, as values that can be stored."""
    return _storable(json.loads(bytes(raw).decode("utf-8", "replace")))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(each) for name, each in value.items()}
    return value
