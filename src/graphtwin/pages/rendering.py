"""Templates, static files, and the headers every page carries.

No script or style stands inside a page, so the content security policy can forbid both. Positions in the calendar's
grid are therefore classes; `layout.stylesheet` writes their rules.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from graphtwin.errors import GraphError
from graphtwin.http import Request, Response
from graphtwin.pages.layout import stylesheet

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@cache
def environment() -> Environment:
    """Return the one Jinja environment; values are escaped, an unknown name is an error."""
    made = Environment(
        loader=PackageLoader("graphtwin", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["segment"] = lambda text: quote(str(text), safe="@")
    made.filters["moment"] = time_words
    return made


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """Answer with a rendered template."""
    html = environment().get_template(template).render(**values)
    headers = {
        "content-security-policy": _POLICY,
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }
    return Response.html(status, html, headers)


def text(content: str) -> Response:
    return Response(
        status=200,
        headers={"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"},
        body=content.encode(),
    )


def see_other(path: str, **query: str | None) -> Response:
    """Send the browser to a page of the twin after a form was done."""
    given = {name: value for name, value in query.items() if value}
    return Response(status=303, headers={"location": f"{path}?{urlencode(given)}" if given else path})


def time_words(when: datetime) -> str:
    """`Mon 23 Nov, 09:05:07`."""
    return f"{when:%a} {when.day} {when:%b, %H:%M:%S}"


class Fields:
    """The fields of a submitted form; a field may come several times."""

    def __init__(self, request: Request) -> None:
        refuse_foreign_form(request)
        try:
            self.all = parse_qs(request.body.decode(), keep_blank_values=True)
        except UnicodeDecodeError as error:
            raise GraphError(400, "BadRequest", "The form is not UTF-8.") from error

    def one(self, name: str, default: str = "") -> str:
        """Return the last value, without blanks at its ends and with plain line ends."""
        return self.all.get(name, [default])[-1].replace("\r\n", "\n").strip()

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(self.all.get(name, ()))

    def __contains__(self, name: str) -> bool:
        return name in self.all


def refuse_foreign_form(request: Request) -> None:
    """A form sent by another web site is not the person's wish."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site") == "cross-site" or (
        origin and origin != "null" and urlsplit(origin).netloc != urlsplit(request.origin).netloc
    ):
        raise GraphError(403, "Forbidden", "This form was sent by another site.")


@cache
def _static(name: str) -> bytes | None:
    if name == "grid.css":
        return stylesheet().encode()
    found = files("graphtwin").joinpath("static", name)
    return found.read_bytes() if found.is_file() else None


def static_file(_twin: object, _request: Request, name: str) -> Response:
    kind = _TYPES.get(name.rpartition(".")[2])
    content = _static(name) if kind and "/" not in name and "\\" not in name else None
    if kind is None or content is None:
        raise GraphError(404, "ResourceNotFound", f"There is no file {name}.")
    return Response(status=200, headers={"content-type": kind, "cache-control": "no-cache"}, body=content)
