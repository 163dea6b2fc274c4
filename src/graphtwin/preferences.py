"""The Prefer headers of calendar requests, and what the answer says was applied (FACTS §2.2, §2.6, §6.1, §9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from graphtwin.access import reads_only_basics
from graphtwin.http import Request
from graphtwin.zones import zone

_PREFERENCE = re.compile(r'\s*([\w.\-]+)\s*(?:=\s*(?:"([^"]*)"|([^,;\s]+)))?\s*(?:[,;]|$)')


@dataclass(slots=True, frozen=True, kw_only=True)
class View:
    """How a client sees events: `zone` is the name as he spelt it, None when he named none; `basic`: without bodies."""

    zone: str | None = None
    text: bool = False
    immutable: bool = False
    page_size: int | None = None
    basic: bool = False
    applied: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Preference-Applied": self.applied} if self.applied else {}

    @property
    def zone_name(self) -> str:
        return self.zone or "UTC"


def view_of(request: Request) -> View:
    """Read the Prefer header; raises the 400 of an unknown zone."""
    return _view(request.headers.get("prefer", ""), basic=reads_only_basics(request))


@lru_cache(maxsize=4096)
def _view(header: str, *, basic: bool) -> View:
    if not header:
        return View(basic=basic)
    wanted = {name.lower(): quoted or bare for name, quoted, bare in _PREFERENCE.findall(header)}
    applied = []
    asked_zone = wanted.get("outlook.timezone") or None
    if asked_zone:
        zone(asked_zone)
        applied.append(f'outlook.timezone="{asked_zone}"')
    text = wanted.get("outlook.body-content-type", "").lower() == "text"
    if text:
        applied.append('outlook.body-content-type="text"')
    immutable = wanted.get("idtype", "").lower() == "immutableid"
    if immutable:
        applied.append('IdType="ImmutableId"')
    size = wanted.get("odata.maxpagesize", "")
    page_size = int(size) if size.isdigit() and int(size) > 0 else None
    return View(
        zone=asked_zone, text=text, immutable=immutable, page_size=page_size, basic=basic, applied=", ".join(applied)
    )
