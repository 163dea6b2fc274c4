"""Extended properties: the form of their ids, and which are computed (FACTS §2.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from graphtwin.errors import GraphError
from graphtwin.items import Event

_TYPES = (
    "ApplicationTime|Binary|Boolean|CLSID|Currency|Double|Error|Float|Integer|Long|Null|Object|Short|String|SystemTime"
)
_GUID = r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?"
_FORMS = (
    re.compile(rf"^({_TYPES})(?:Array)? ({_GUID}) (Name) (.+)$", re.IGNORECASE),
    re.compile(rf"^({_TYPES})(?:Array)? ({_GUID}) (Id) (0x[0-9a-fA-F]+|\d+)$", re.IGNORECASE),
    re.compile(rf"^({_TYPES})(?:Array)? (0x[0-9a-fA-F]+)$", re.IGNORECASE),
)
APPOINTMENT_SEQUENCE = "integer {00062002-0000-0000-c000-000000000046} id 0x8201"
PUBLIC_STRINGS = "{00020329-0000-0000-c000-000000000046}"


def property_key(property_id: object) -> str:
    """Return the id in one spelling, so that it is found whatever its case; raises the 400 of a malformed one."""
    text = property_id if isinstance(property_id, str) else ""
    for form in _FORMS:
        match = form.match(text)
        if match is not None:
            return _one_spelling(*match.groups())
    raise GraphError(
        400,
        "ErrorInvalidProperty",
        "PropertyId values may only be in one of the following formats: 'MapiPropertyType namespaceGuid Name "
        "propertyName', 'MapiPropertyType namespaceGuid Id propertyId' or 'MapiPropertyType propertyTag'.",
    )


def _one_spelling(kind: str, *rest: str) -> str:
    """The case of a property's name counts, of everything else it does not; the GUID stands in braces."""
    if len(rest) == 1:
        return f"{kind} {rest[0]}".lower()
    guid, form, name = rest
    guid = f"{{{guid.strip('{}')}}}".lower()
    shown_name = name if form.lower() == "name" else name.lower()
    return f"{kind.lower()} {guid} {form.lower()} {shown_name}"


def read_extended(value: Any) -> dict[str, Any]:
    """Return the properties to set as `extended_changes`: key -> (id as given, value); null removes."""
    if value is None:
        return {}
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise GraphError(
            400, "RequestBodyRead", "Extended properties must be a collection of objects with id and value."
        )
    return {"extended_changes": {property_key(each.get("id")): (each["id"], each.get("value")) for each in value}}


def apply_extended(event: Event, changes: Mapping[str, tuple[str, Any]]) -> None:
    merged = dict(event.extended)
    for key, (given, value) in changes.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = {"id": given, "value": value}
    event.extended = merged


def value_of(event: Event, key: str) -> Any:
    """Return a property's value, None where the event has none; the sequence number is always there."""
    if key == APPOINTMENT_SEQUENCE:
        return str(event.sequence)
    stored = event.extended.get(key)
    return stored["value"] if stored else None


def expanded(event: Event, keys: list[tuple[str, str]], *, multiple: bool) -> list[dict[str, Any]]:
    """Return the asked properties (key, id as asked) the event has, single-valued or multi-valued ones."""
    found = []
    for key, asked in keys:
        value = value_of(event, key)
        if value is not None and isinstance(value, list) == multiple:
            found.append({"id": asked, "value": value})
    return found


def travelling(event: Event) -> dict[str, Any]:
    """Return the properties an invitation carries: named ones of PS_PUBLIC_STRINGS only."""
    return {key: value for key, value in event.extended.items() if f" {PUBLIC_STRINGS} name " in key}
