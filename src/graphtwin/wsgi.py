"""The twin as a WSGI application, for tests in the same process and for any WSGI server."""

from __future__ import annotations

import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from graphtwin.http import Request

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from graphtwin.app import Twin


class WsgiApplication:
    """Translates PEP 3333 to `Twin.handle`. An answer that is lost raises ConnectionResetError."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = self._twin.handle(_request(environ))
        if response.delay_seconds:
            time.sleep(response.delay_seconds)
        if response.finished is not None:
            response.finished()
        if response.lost:
            raise ConnectionResetError("the answer is lost")
        headers = [*response.headers.items(), ("content-length", str(len(response.body)))]
        start_response(f"{response.status} {_phrase(response.status)}", headers)
        return [response.body]


def _request(environ: WSGIEnvironment) -> Request:
    headers = {name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.lower().replace("_", "-")] = environ[name]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    host = headers.get("host") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return Request(
        method=environ["REQUEST_METHOD"].upper(),
        path=_path(environ),
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=environ["wsgi.input"].read(length) if length else b"",
        origin=f"{environ['wsgi.url_scheme']}://{host}",
    )


def _path(environ: dict[str, Any]) -> str:
    """PATH_INFO is decoded as Latin-1 by PEP 3333; bring it back to UTF-8."""
    return str(environ.get("PATH_INFO") or "/").encode("latin-1", "replace").decode("utf-8", "replace")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
