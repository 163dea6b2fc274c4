"""Time zones as Exchange names them: Windows names, IANA names, and a few that are none (FACTS §2.2).

`data/windows-zones.json` holds the table with its sources (CLDR windowsZones through babel and tzlocal; the list of
additional zones of resources/datetimetimezone.md). A name is echoed as it was given; only the delta of a series'
occurrences turns it into the Windows name.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from graphtwin.errors import GraphError
from graphtwin.items import Moment

_TABLE = json.loads(files("graphtwin").joinpath("data/windows-zones.json").read_text(encoding="utf-8"))
WINDOWS_TO_IANA: dict[str, str] = _TABLE["windows_to_iana"]
IANA_TO_WINDOWS: dict[str, str] = _TABLE["iana_to_windows"]
IANA_NAMES = frozenset(available_timezones()) | frozenset(_TABLE["graph_additional_time_zones"])
_WINDOWS_BY_LOWER = {name.lower(): name for name in WINDOWS_TO_IANA}


def unsupported_zone(name: object) -> GraphError:
    message = f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'."
    return GraphError(400, "TimeZoneNotSupportedException", message)


@lru_cache(maxsize=1024)
def zone_or_none(name: str) -> tzinfo | None:
    """Return the zone a Windows or IANA name stands for, None for a name that is none."""
    if name.upper() == "UTC" or name == "tzone://Microsoft/Utc":
        return UTC
    windows = _WINDOWS_BY_LOWER.get(name.lower())
    if windows is not None:
        return ZoneInfo(WINDOWS_TO_IANA[windows])
    return ZoneInfo(name) if name in IANA_NAMES else None


def zone(name: str) -> tzinfo:
    """Return the zone of a name; raises the 400 of an unknown one."""
    found = zone_or_none(name)
    if found is None:
        raise unsupported_zone(name)
    return found


def lenient_zone(name: str) -> tzinfo:
    """Return the zone of a name, UTC for the non-zones a mailbox may hold (`tzone://Microsoft/Custom`, "")."""
    return zone_or_none(name) or UTC


def windows_name(name: str) -> str:
    """Return the Windows name of a zone, or the name itself where there is none."""
    if name.lower() in _WINDOWS_BY_LOWER:
        return _WINDOWS_BY_LOWER[name.lower()]
    return IANA_TO_WINDOWS.get(name, name)


def utc_of(moment: Moment) -> datetime:
    """Return the instant; a wall clock that DST skips or repeats counts with the offset before the change (fold 0)."""
    found = lenient_zone(moment.zone)
    instant = moment.wall.replace(tzinfo=found)
    return instant if found is UTC else instant.astimezone(UTC)


def wall_in(instant: datetime, name: str) -> datetime:
    """Return the wall clock of an instant in a zone."""
    found = lenient_zone(name)
    if instant.tzinfo is not found:
        instant = instant.astimezone(found)
    return instant.replace(tzinfo=None)
