"""Open extensions of an event (FACTS §2.8): named bags of the client's own members, visible only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphtwin.errors import GraphError, item_not_found
from graphtwin.items import Event

_PREFIX = "Microsoft.OutlookServices.OpenTypeExtension."
_OWN = frozenset({"id", "extensionName", "@odata.type", "@odata.context"})


def add_extension(event: Event, body: Mapping[str, Any]) -> str:
    """Add or, for a name that exists, merge; returns the name."""
    name = body.get("extensionName")
    if not isinstance(name, str) or not name:
        raise GraphError(400, "ErrorInvalidRequest", "An open extension needs an extensionName.")
    properties = _properties(body)
    event.extensions = {**event.extensions, name: {**event.extensions.get(name, {}), **properties}}
    return name


def add_from_post(event: Event, body: Mapping[str, Any]) -> None:
    """Take the extensions a POST of an event brings along."""
    for each in body.get("extensions") or ():
        add_extension(event, each)


def replace_extension(event: Event, name: str, body: Mapping[str, Any]) -> None:
    """Replace the whole set of properties, as the documentation says of PATCH."""
    event.extensions = {**event.extensions, name: _properties(body)}


def find_name(event: Event, extension_id: str) -> str:
    """Return the name behind an id, which may be given with or without its prefix."""
    name = extension_id.removeprefix(_PREFIX)
    if name not in event.extensions:
        raise item_not_found()
    return name


def remove_extension(event: Event, name: str) -> None:
    event.extensions = {key: value for key, value in event.extensions.items() if key != name}


def extension_json(event: Event, name: str) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.openTypeExtension",
        "id": f"{_PREFIX}{name}",
        "extensionName": name,
        **event.extensions[name],
    }


def _properties(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in _OWN and value is not None}
