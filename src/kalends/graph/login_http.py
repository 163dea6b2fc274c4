"""MSAL's way to the network: our HTTP client in the shape that MSAL expects.

One seam for all of Microsoft, with our own certificate authority file and no variables of the environment that would
overrule it (FACTS.md §24).
"""

import ssl
from typing import Any

import httpx2

TIMEOUT = httpx2.Timeout(20.0, connect=10.0)


def open_login_http(*, ca_file: str | None = None, transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """The pool of connections to the login."""
    verify = ssl.create_default_context(cafile=ca_file) if ca_file else True
    return httpx2.Client(timeout=TIMEOUT, verify=verify, transport=transport, follow_redirects=False)


class MsalHttp:
    """What MSAL calls: `get`, `post`, `close`."""

    def __init__(self, http: httpx2.Client) -> None:
        self._http = http

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: object) -> httpx2.Response:
        return self._http.get(url, params=params, headers=headers)

    def post(
        self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: object
    ) -> httpx2.Response:
        # MSAL signs in bytes, and our client would write them out as Python does.
        form = {name: value.decode() if isinstance(value, bytes) else value for name, value in (data or {}).items()}
        return self._http.post(url, params=params, data=form, headers=headers)

    def close(self) -> None:
        """The pool is not MSAL's to close."""
