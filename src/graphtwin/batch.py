"""`POST /v1.0/$batch`: up to twenty requests in one (FACTS.md §11).

    1. the batch is read and checked; what is wrong with its form refuses the whole of it
    2. up to four parts whose predecessors are done run at a time, each a request of its own: logged, throttled, faulty
    3. a part whose predecessor failed is answered 424
    4. the answers come in an order of their own

Parts run outside the lock, one after another; "at a time" shows only under latency, which is waited here, once per
four.
"""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPMethod
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from graphtwin.errors import GraphError, bad_request, error_body
from graphtwin.http import Request, Response, Route

if TYPE_CHECKING:
    from graphtwin.app import Twin

LARGEST = 20
AT_A_TIME = 4
_INHERITED = ("authorization", "client-request-id")
_METHODS = frozenset(HTTPMethod)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One request of a batch, checked."""

    id: str
    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    depends_on: tuple[str, ...]


def batch(twin: Twin, request: Request) -> Response:
    parts = _parts(request.json_object())
    return Response(status=0, deferred=lambda: _run(twin, request, parts))


def _parts(payload: dict[str, Any]) -> list[Part]:
    requests = payload.get("requests")
    if not isinstance(requests, list) or not requests:
        raise bad_request("Invalid batch payload format.")
    if len(requests) > LARGEST:
        raise bad_request(f"Number of batch request steps exceeds the maximum value of {LARGEST}.")
    parts = [_part(each) for each in requests]
    seen: set[str] = set()
    for part in parts:
        if part.id.lower() in seen:
            raise bad_request(f"Request id '{part.id}' is not unique in the batch.")
        seen.add(part.id.lower())
    _check_order(parts)
    return parts


def _part(described: Any) -> Part:
    if not isinstance(described, dict):
        raise bad_request("Invalid batch payload format.")
    name, method, url = (described.get(each) for each in ("id", "method", "url"))
    if not isinstance(name, str) or not name or not isinstance(url, str) or str(method).upper() not in _METHODS:
        raise bad_request("Each request of a batch needs an id, a method and a url.")
    headers = {str(key).lower(): str(value) for key, value in (described.get("headers") or {}).items()}
    body = described.get("body")
    if body is not None and "content-type" not in headers:
        raise bad_request(f"Request '{name}' has a body, so it needs the header Content-Type.")
    depends_on = tuple(each.lower() for each in described.get("dependsOn") or ())
    encoded = b"" if body is None else _encoded(body, headers)
    return Part(id=name, method=str(method).upper(), url=url, headers=headers, body=encoded, depends_on=depends_on)


def _encoded(body: object, headers: dict[str, str]) -> bytes:
    """What is not JSON comes as base64."""
    if isinstance(body, str) and "json" not in headers["content-type"]:
        return base64.b64decode(body)
    return msgspec.json.encode(body)


def _check_order(parts: list[Part]) -> None:
    """Every predecessor must be in the batch, and nothing may wait for itself."""
    waiting = {part.id.lower(): set(part.depends_on) for part in parts}
    for name, predecessors in waiting.items():
        if predecessors - set(waiting):
            raise bad_request(f"Request '{name}' depends on a request that is not in the batch.")
    while waiting:
        ready = [name for name, predecessors in waiting.items() if not predecessors & set(waiting)]
        if not ready:
            raise bad_request("The requests of the batch depend on each other in a circle.")
        for name in ready:
            del waiting[name]


def _run(twin: Twin, request: Request, parts: list[Part]) -> Response:
    answers: dict[str, Response] = {}
    for group in _groups(parts, answers):
        for part in group:
            answers[part.id.lower()] = _answer(twin, request, part, answers)
        time.sleep(max(answers[part.id.lower()].delay_seconds for part in group))
        for part in group:
            finished = answers[part.id.lower()].finished
            if finished is not None:
                finished()
    if any(answer.lost for answer in answers.values()):
        return Response(status=0, lost=True)
    rows = [_row(part, answers[part.id.lower()]) for part in parts]
    random.Random(request.id).shuffle(rows)  # noqa: S311 - any order will do, the same each run
    return Response.json(200, {"responses": rows}, {"content-type": "application/json"})


def _groups(parts: list[Part], answers: dict[str, Response]) -> Iterator[list[Part]]:
    """Yield up to four parts whose predecessors have been answered."""
    waiting = list(parts)
    while waiting:
        ready = [part for part in waiting if all(each in answers for each in part.depends_on)][:AT_A_TIME]
        waiting = [part for part in waiting if part not in ready]
        yield ready


def _answer(twin: Twin, request: Request, part: Part, answers: dict[str, Response]) -> Response:
    if any(answers[each].status >= 400 for each in part.depends_on):  # noqa: PLR2004
        error = GraphError(424, "FailedDependency", "Cannot execute request due to failed dependency.")
        body = error_body(error, now=twin.now(), request_id=request.id, client_request_id=request.id)
        return Response.json(424, body, {"content-type": "application/json"})
    path, _, query = part.url.partition("?")
    inherited = {name: request.headers[name] for name in _INHERITED if name in request.headers}
    return twin.complete(
        Request(
            method=part.method,
            path=_absolute(request, unquote(path)),
            query=query,
            headers={**inherited, **part.headers, "content-length": str(len(part.body))},
            body=part.body,
            origin=request.origin,
            batch_part=part.id,
        )
    )


def _absolute(request: Request, path: str) -> str:
    """Relative to the version; the JavaScript client repeats the version, and Graph lets it."""
    version = request.path.removesuffix("/$batch")
    relative = "/" + path.lstrip("/")
    return relative if relative.startswith(f"{version}/") else version + relative


def _row(part: Part, answer: Response) -> dict[str, Any]:
    headers = {"-".join(word.capitalize() for word in name.split("-")): text for name, text in answer.headers.items()}
    return {"id": part.id, "status": answer.status, "headers": headers, "body": _body(answer)}


def _body(answer: Response) -> object:
    if not answer.body:
        return None
    if "json" in answer.headers.get("content-type", ""):
        return msgspec.Raw(answer.body)
    return base64.b64encode(answer.body).decode()


ROUTES: tuple[Route, ...] = (Route("POST", "/v1.0/$batch", batch, authenticated=True),)
