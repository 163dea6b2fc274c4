"""Zone names: every Windows zone has its IANA zone, and every zone that is written is read back as itself."""

import zoneinfo

import pytest

from kalends.graph.timezones import is_writable, zone_of
from kalends.graph.windows_zones import IANA_OF_WINDOWS

WRITABLE = sorted(iana for zones in IANA_OF_WINDOWS.values() for iana in zones.split())


def test_every_windows_zone_is_an_iana_zone() -> None:
    assert {zone_of(name) for name in IANA_OF_WINDOWS} <= zoneinfo.available_timezones()
    assert zone_of("W. Europe Standard Time") == "Europe/Berlin"


def test_every_zone_that_is_written_is_read_back_as_itself() -> None:
    assert [zone_of(iana) for iana in WRITABLE if iana != "Etc/UTC"] == [iana for iana in WRITABLE if iana != "Etc/UTC"]
    assert all(map(is_writable, WRITABLE))


def test_no_zone_belongs_to_two_windows_zones() -> None:
    assert len(WRITABLE) == len(set(WRITABLE))


@pytest.mark.parametrize("name", ["UTC", "utc", "Etc/UTC", "tzone://Microsoft/Utc"])
def test_utc_has_several_spellings(name: str) -> None:
    assert zone_of(name) == "UTC"


@pytest.mark.parametrize(
    "name", [None, "", "tzone://Microsoft/Custom", "Customized Time Zone", "Mars/Base", "../etc/passwd", "a\0b"]
)
def test_what_is_no_zone_is_none(name: str | None) -> None:
    assert zone_of(name) is None


def test_a_zone_of_our_own_is_not_written() -> None:
    assert not is_writable("Antarctica/Troll")
