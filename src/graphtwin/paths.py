"""OData's other spellings of a path, brought to one (FACTS §1).

events('AAMk=')                        -> events/AAMk=
calendarView/delta()                   -> calendarView/delta
events/AAMk=/microsoft.graph.accept    -> events/AAMk=/accept
supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')  -> supportedTimeZones and one argument
"""

from __future__ import annotations

import re

_CALL = re.compile(r"^([A-Za-z$.]+)\((.*)\)$")
_ARGUMENT = re.compile(r"^\s*(\w+)\s*=\s*(?:[\w.]*'((?:[^']|'')*)'|(\S+))\s*$")
_QUALIFIER = "microsoft.graph."


def plain_path(path: str) -> tuple[str, dict[str, str]]:
    """Return the path in plain segments, and the arguments of functions with their names in lower case."""
    if "(" not in path and _QUALIFIER not in path:
        return path, {}
    arguments: dict[str, str] = {}
    segments: list[str] = []
    for segment in path.split("/"):
        segments.extend(_plain_segment(segment.removeprefix(_QUALIFIER), arguments))
    return "/".join(segments), arguments


def _plain_segment(segment: str, arguments: dict[str, str]) -> list[str]:
    call = _CALL.match(segment)
    if call is None:
        return [segment]
    name, inside = call[1], call[2].strip()
    if not inside:
        return [name]
    if inside[0] == inside[-1] == "'" and len(inside) > 1:
        return [name, inside[1:-1].replace("''", "'")]
    for part in inside.split(","):
        argument = _ARGUMENT.match(part)
        if argument is None:
            return [segment]
        arguments[argument[1].lower()] = argument[2].replace("''", "'") if argument[2] is not None else argument[3]
    return [name]
