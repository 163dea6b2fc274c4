"""Carrying notifications to their receivers, outside the twin's lock (FACTS.md §13.2, §13.3).

`Deliver` is the one seam to the network: the server hands in `deliver_by_http`, tests hand in their own.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_LARGEST_REPLY = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the receiver said; status 0 means that nobody answered in time."""

    status: int
    content_type: str = ""
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's range of successes


Deliver = Callable[[str, Mapping[str, str], bytes, float], Reply]


def deliver_by_http(url: str, headers: Mapping[str, str], body: bytes, timeout_seconds: float) -> Reply:
    """POST to the receiver; never raises. Certificates are not checked on loopback addresses."""
    try:
        return _post(url, headers, body, timeout_seconds)
    except (OSError, http.client.HTTPException, ValueError):
        return Reply(status=0)


def _post(url: str, headers: Mapping[str, str], body: bytes, timeout_seconds: float) -> Reply:
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        if parts.hostname in LOOPBACK_HOSTS:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=timeout_seconds, context=context
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_seconds)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body, headers=dict(headers))
        answer = connection.getresponse()
        content_type = answer.getheader("content-type", "") or ""
        return Reply(status=answer.status, content_type=content_type, body=answer.read(_LARGEST_REPLY))
    finally:
        connection.close()
