"""Values, links, writes and records as plain JSON values and back, for ledgers that store them as text.

Writing is msgspec's. Reading goes by the declared types, because two places need more than a type: a field's value is
of the type that the field has, and a span or a write is known by its members.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from kalends.domain.attendee import Answer, Attendee
from kalends.domain.event import Field, Importance, OnlineMeeting, Place, ResponseOptions, Sensitivity, ShowAs
from kalends.domain.span import AllDay, Span, Timed
from kalends.sync.ports import Create, Delete, Patch, RemoteWrite, Respond
from kalends.sync.snapshot import Value, Values

Json = Any
T = TypeVar("T")

TYPES: Mapping[Field, Any] = {
    Field.SUBJECT: str,
    Field.BODY: str,
    Field.WHEN: Span,
    Field.PLACES: tuple[Place, ...],
    Field.ATTENDEES: tuple[Attendee, ...],
    Field.IMPORTANCE: Importance,
    Field.ONLINE_MEETING: OnlineMeeting,
    Field.RESPONSE_OPTIONS: ResponseOptions,
    Field.ANSWER: Answer,
    Field.SHOW_AS: ShowAs,
    Field.REMINDER: int | None,
    Field.CATEGORIES: tuple[str, ...],
    Field.SENSITIVITY: Sensitivity,
}
WRITES: Mapping[str, type[RemoteWrite]] = {"create": Create, "patch": Patch, "delete": Delete, "respond": Respond}
NAMES: Mapping[type, str] = {kind: name for name, kind in WRITES.items()}


def to_json(value: object) -> Json:
    """Any value of `domain` or `sync` as JSON values; a write bears its kind."""
    if type(value) in NAMES:
        return {"kind": NAMES[type(value)], **_members(value)}
    if is_dataclass(value):
        return _members(value)
    if isinstance(value, Mapping):
        return {str(key): to_json(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [to_json(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(to_json(each) for each in value)
    return msgspec.to_builtins(value)


def _members(value: Any) -> dict[str, Json]:
    return {name: to_json(getattr(value, name)) for name in value.__dataclass_fields__}


def from_json(kind: type[T], data: Json) -> T:
    """The inverse of `to_json` for a dataclass of `domain` or `sync`; raises DomainError or msgspec.ValidationError."""
    value: T = _read(kind, data)
    return value


def write_from_json(data: Json) -> RemoteWrite:
    """A write, by the kind it bears."""
    write: RemoteWrite = _read(RemoteWrite, data)
    return write


def values_from_json(data: Mapping[str, Json]) -> dict[Field, Value]:
    """Values by the field's name; each of the type that its field has."""
    return {Field(name): value_from_json(Field(name), value) for name, value in data.items()}


def value_from_json(field: Field, data: Json) -> Value:
    """One field's value."""
    value: Value = _read(TYPES[field], data)
    return value


def span_from_json(data: Mapping[str, Json]) -> Span:
    """The span of these members: `AllDay` has a first day, `Timed` a start."""
    return from_json(AllDay, data) if "first" in data else from_json(Timed, data)


SPECIAL: Mapping[Any, Callable[[Any], Any]] = {
    Values: values_from_json,
    Span: span_from_json,
    RemoteWrite: lambda data: from_json(
        WRITES[data["kind"]], {name: each for name, each in data.items() if name != "kind"}
    ),
}


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, data: Json) -> Any:
    if data is None:
        return None
    if hint in SPECIAL:
        return SPECIAL[hint](data)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        return hint(**{name: _read(hints[name], each) for name, each in data.items()})
    if get_origin(hint) is types.UnionType:
        return _read(next(each for each in get_args(hint) if each is not types.NoneType), data)
    if get_origin(hint) in {tuple, frozenset}:
        return get_origin(hint)(_read(get_args(hint)[0], each) for each in data)
    return msgspec.convert(data, hint)
