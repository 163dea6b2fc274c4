"""Query options: $select, $top, $skip, $orderby, $expand, $count, and what may be combined (FACTS §5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from graphtwin.errors import GraphError, bad_request
from graphtwin.extended import property_key
from graphtwin.http import Request
from graphtwin.odata_filter import Filter, parse_filter

MAX_TOP = 1000
DEFAULT_TOP = 10
_KNOWN = frozenset(
    {
        "$select",
        "$top",
        "$skip",
        "$filter",
        "$orderby",
        "$expand",
        "$count",
        "$search",
        "$format",
        "$skiptoken",
        "$deltatoken",
    }
)
_EXPAND = re.compile(r"\s*(\w+)\s*(?:\(((?:[^()']|'[^']*')*)\))?\s*(?:,|$)")
_ID_TEST = re.compile(r"(?:\bid\b|\bID\b|\bId\b)\s+eq\s+'((?:[^']|'')*)'")


@dataclass(slots=True, frozen=True, kw_only=True)
class Query:
    """The options of one request. `expand`: navigation property -> its own options as written."""

    select: tuple[str, ...] = ()
    top: int | None = None
    skip: int = 0
    filter: Filter | None = None
    order_by: tuple[tuple[str, bool], ...] = ()
    expand: dict[str, str] = field(default_factory=dict)
    count: bool = False


def query_of(request: Request) -> Query:
    """Read the options; raises 400 for unknown or malformed ones."""
    params = {name.lower() if name.startswith("$") else name: value for name, value in request.params.items()}
    unknown = [name for name in params if name.startswith("$") and name not in _KNOWN]
    if unknown:
        raise bad_request(f"The query parameter '{unknown[0]}' is not supported.")
    if "$search" in params:
        raise bad_request("The query parameter '$search' is not supported for events.")
    query = Query(
        select=tuple(name.strip() for name in params.get("$select", "").split(",") if name.strip()),
        top=_number(params, "$top", 1, MAX_TOP) if "$top" in params else None,
        skip=_number(params, "$skip", 0, 2**31) if "$skip" in params else 0,
        filter=parse_filter(params["$filter"]) if params.get("$filter") else None,
        order_by=_order(params.get("$orderby", "")),
        expand=_expand(params.get("$expand", "")),
        count=params.get("$count", "").lower() == "true",
    )
    _check_combination(query)
    return query


def _number(params: dict[str, str], name: str, least: int, most: int) -> int:
    text = params[name]
    if not text.isdigit():
        raise bad_request(f"Invalid value '{text}' for the query option '{name}'.")
    if not least <= int(text) <= most:
        raise bad_request(
            f"The limit of '{most}' for the query option '{name}' has been exceeded. "
            f"The value from the incoming request is '{text}'."
        )
    return int(text)


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    """Return property paths and whether they descend."""
    order = []
    for part in filter(None, (each.strip() for each in text.split(","))):
        path, _, direction = part.partition(" ")
        if direction.strip().lower() not in {"", "asc", "desc"}:
            raise bad_request(f"Syntax error in $orderby: '{part}'.")
        order.append((path, direction.strip().lower() == "desc"))
    return tuple(order)


def _expand(text: str) -> dict[str, str]:
    expand: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _EXPAND.match(text, position)
        if match is None or match.end() == position:
            raise bad_request(f"Syntax error in $expand: '{text}'.")
        expand[match[1]] = match[2] or ""
        position = match.end()
    return expand


def _check_combination(query: Query) -> None:
    """Properties of $orderby must come first in $filter, in the same order."""
    if query.filter is None or not query.order_by:
        return
    named = query.filter.paths
    ordered = [path.lower() for path, _ in query.order_by]
    if [path.lower() for path in named[: len(ordered)]] != ordered:
        raise GraphError(400, "InefficientFilter", "The restriction or sort order is too complex for this operation.")


def expanded_ids(options: str) -> list[tuple[str, str]]:
    """Return the extended properties a `$filter=id eq '…' or id eq '…'` names: (key, id as written)."""
    asked = [found.replace("''", "'") for found in _ID_TEST.findall(options)]
    return [(property_key(each), each) for each in asked]


def named_ids(options: str) -> list[str]:
    """Return the ids a nested $filter names, as written."""
    return [found.replace("''", "'") for found in _ID_TEST.findall(options)]
