"""Zone names: Windows and IANA names from Graph to the domain's IANA names, and back (FACTS.md §2.2).

Graph takes and returns both kinds of names, and strings that are no zone at all (`tzone://Microsoft/Custom`, ""). We
write IANA names, so that a zone chosen here comes back by its own name; a zone that Graph does not know is written as
UTC instants.
"""

from functools import lru_cache

from kalends.domain.errors import UnknownZone
from kalends.domain.span import UTC, zone
from kalends.graph.windows_zones import IANA_OF_WINDOWS

_BY_WINDOWS_NAME = {name.casefold(): zones.split()[0] for name, zones in IANA_OF_WINDOWS.items()}
_KNOWN_TO_GRAPH = frozenset(iana for zones in IANA_OF_WINDOWS.values() for iana in zones.split())
_SPELLINGS_OF_UTC = frozenset({"utc", "etc/utc", "tzone://microsoft/utc"})


@lru_cache(maxsize=1024)
def zone_of(name: str | None) -> str | None:
    """The IANA zone that one of Graph's zone names means; None when it means none."""
    folded = (name or "").strip().casefold()
    if folded in _SPELLINGS_OF_UTC:
        return UTC
    return _BY_WINDOWS_NAME.get(folded) or _iana(name or "")


def _iana(name: str) -> str | None:
    try:
        return zone(name).key
    except UnknownZone:
        return None


def is_writable(iana: str) -> bool:
    """Whether Graph takes this IANA name."""
    return iana in _KNOWN_TO_GRAPH
