"""Faults on demand: what Graph, the login and the network do to a client on a bad day.

A fault is a rule (kind, which requests, how often) that stays armed until its count is used up or it is taken away.
Dice are seeded per fault, so the same rule hits the same requests of the same run.

| kind | what happens |
|---|---|
| latency | the answer comes `delaySeconds` later |
| throttled, unavailable, gatewayTimeout | 429, 503, 504 with `Retry-After`, nothing done |
| error | any `status`, `code` and `message`, nothing done |
| lostRequest, lostAnswer | the connection breaks before the work, or after it |
| truncatedBody, htmlBody | a success arrives as half a JSON text, or as a proxy's error page |
| brokenMember | `member` (dotted path) of every event in an answer has `value` |
| login | the token endpoint refuses with the AADSTS number `code` |
| notificationLost, notificationDuplicated, notificationLate, notificationReordered | see subscriptions.py |

Requests inside a batch are hit one by one; the batch itself only by a rule whose path names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import msgspec

from graphtwin.aadsts import REFUSALS, LoginError
from graphtwin.errors import GraphError
from graphtwin.http import Response
from graphtwin.mint import Mint

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.http import Request
    from graphtwin.tenant import Mailbox

_REFUSING = {
    "throttled": (429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit."),
    "unavailable": (503, "ServiceUnavailable", "The service is temporarily unavailable. Please retry later."),
    "gatewayTimeout": (504, "GatewayTimeout", "The gateway did not receive a response in time."),
}
_BEFORE = {*_REFUSING, "error", "lostRequest"}
_AFTER = {"latency", "lostAnswer", "truncatedBody", "htmlBody", "brokenMember"}
_NOTIFICATION = {"notificationLost", "notificationDuplicated", "notificationLate", "notificationReordered"}
KINDS = frozenset({*_BEFORE, *_AFTER, *_NOTIFICATION, "login"})
_PROXY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class FaultError(ValueError):
    """A fault is described wrongly; the text says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule. `mailbox`, `method`, `path` (with * and ?) choose requests, None means any; `share` is 0 to 1 of them.

    The first `skip` chosen requests are spared; `count` is how many are hit in all, None means no end.
    """

    kind: str
    mailbox: str | None = None
    method: str | None = None
    path: str | None = None
    share: float = 1.0
    skip: int = 0
    count: int | None = None
    retryAfterSeconds: int | None = 1  # noqa: N815 - the members of the JSON on the wire
    delaySeconds: float = 0.0  # noqa: N815
    status: int = 500
    code: str | int = "ErrorInternalServerError"
    message: str = "An internal server error occurred."
    member: str = "subject"
    value: Any = None

    @classmethod
    def described(cls, description: Mapping[str, Any]) -> Fault:
        """Raises FaultError if the description does not fit."""
        names = {each.name for each in fields(cls)}
        unknown = sorted(set(description) - names)
        if unknown:
            raise FaultError(f"Unknown member {unknown[0]!r}; a fault has {', '.join(sorted(names))}.")
        try:
            fault = msgspec.convert(dict(description), cls)
        except msgspec.ValidationError as error:
            raise FaultError(str(error)) from error
        if fault.kind not in KINDS:
            raise FaultError(f"Unknown kind {fault.kind!r}; known are {', '.join(sorted(KINDS))}.")
        if fault.kind == "login" and fault.code not in REFUSALS:
            raise FaultError(f"A login fault needs a code of {', '.join(map(str, REFUSALS))}.")
        if not 0 <= fault.share <= 1:
            raise FaultError("share must be between 0 and 1.")
        return fault


@dataclass(slots=True, kw_only=True)
class Armed:
    """A fault in force: how many requests it has seen and hit."""

    id: str
    fault: Fault
    mint: Mint
    seen: int = 0
    hit: int = 0

    @property
    def spent(self) -> bool:
        return self.fault.count is not None and self.hit >= self.fault.count

    def strikes(self) -> bool:
        """Count one chosen request, and throw the dice for it."""
        self.seen += 1
        if self.spent or self.seen <= self.fault.skip or not self.mint.chance("share", self.fault.share):
            return False
        self.hit += 1
        return True

    def described(self) -> dict[str, Any]:
        return {"id": self.id, **asdict(self.fault), "seen": self.seen, "hit": self.hit}


class Faults:
    """All faults in force, asked before and after every request to Graph and to the login."""

    def __init__(self, *, seed: int) -> None:
        self.mint = Mint(f"{seed}/faults")
        self.armed: list[Armed] = []

    def arm(self, fault: Fault) -> Armed:
        name = self.mint.guid("fault")
        armed = Armed(id=name, fault=fault, mint=Mint(f"{self.mint.seed}/{len(self.mint.counters)}/{name}"))
        self.armed.append(armed)
        return armed

    def disarm(self, name: str | None = None) -> int:
        """Take away one fault by its id, or all; returns how many."""
        before = len(self.armed)
        self.armed = [each for each in self.armed if name is not None and each.id != name]
        return before - len(self.armed)

    def before(self, twin: Twin, request: Request, mailbox: Mailbox | None) -> Response | None:
        """Answer instead of the handler, or return None."""
        if not _is_subject(request.path):
            return None
        throttled = twin.throttle.admit(twin, request)
        if throttled is not None:
            return throttled
        for armed in self._striking(_BEFORE, request, mailbox):
            return _refuse(twin, request, armed.fault)
        return None

    def after(self, twin: Twin, request: Request, mailbox: Mailbox | None, response: Response) -> Response:
        """Spoil the answer."""
        if not _is_subject(request.path):
            return response
        if self.armed:
            for armed in self._striking(_AFTER, request, mailbox):
                _spoil(response, armed.fault)
        return twin.throttle.occupy(request, response)

    def check_login(self, request: Request, address: str | None) -> None:
        """Raises LoginError if a login fault strikes."""
        for armed in list(self.armed):
            if armed.fault.kind == "login" and _chooses(armed.fault, request, address) and armed.strikes():
                raise LoginError(int(armed.fault.code))

    def strikes_notification(self, kind: str, address: str) -> Fault | None:
        for armed in self.armed:
            if armed.fault.kind == kind and armed.fault.mailbox in {None, address} and armed.strikes():
                return armed.fault
        return None

    def snapshot(self) -> dict[str, Any]:
        armed = [
            {"counters": dict(each.mint.counters), "seed": each.mint.seed, **each.described()} for each in self.armed
        ]
        return {"counters": dict(self.mint.counters), "armed": armed}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.mint.counters.clear()
        self.mint.counters.update(state["counters"])
        self.armed = [_restored(dict(each)) for each in state["armed"]]

    def _striking(self, kinds: set[str], request: Request, mailbox: Mailbox | None) -> Iterator[Armed]:
        address = mailbox.address if mailbox else None
        for armed in self.armed:
            if armed.fault.kind in kinds and _chooses(armed.fault, request, address) and armed.strikes():
                yield armed


def _is_subject(path: str) -> bool:
    """Graph and login; neither control nor pages."""
    return path.startswith(("/v1.0/", "/beta/")) or "/oauth2/" in path or "/.well-known/" in path


def _chooses(fault: Fault, request: Request, address: str | None) -> bool:
    if fault.mailbox is not None and (address is None or fault.mailbox.lower() != address.lower()):
        return False
    if fault.method is not None and fault.method.upper() != request.method:
        return False
    if fault.path is None:
        return not request.path.endswith("/$batch")
    return fnmatchcase(request.path, fault.path)


def _refuse(twin: Twin, request: Request, fault: Fault) -> Response:
    if fault.kind == "lostRequest":
        return Response(status=0, lost=True)
    if fault.kind == "error":
        status, code, message = fault.status, str(fault.code), fault.message
    else:
        status, code, message = _REFUSING[fault.kind]
    headers = {} if fault.retryAfterSeconds is None else {"retry-after": str(fault.retryAfterSeconds)}
    return twin.error_response(GraphError(status, code, message, headers=headers), request)


def _spoil(response: Response, fault: Fault) -> None:
    """Change the answer; only a success can be lost or garbled, for only then was work done."""
    if fault.kind == "latency":
        response.delay_seconds += fault.delaySeconds
    elif response.status >= 400:  # noqa: PLR2004 - HTTP's border between success and error
        return
    elif fault.kind == "lostAnswer":
        response.lost = True
    elif fault.kind == "truncatedBody":
        response.body = response.body[: len(response.body) // 2]
    elif fault.kind == "htmlBody":
        response.body = _PROXY_PAGE
        response.headers["content-type"] = "text/html"
    elif response.body.startswith(b"{"):
        _break_member(response, fault)


def _break_member(response: Response, fault: Fault) -> None:
    payload = msgspec.json.decode(response.body)
    for event in payload.get("value", [payload]):
        _put(event, fault.member.split("."), fault.value)
    response.body = msgspec.json.encode(payload)


def _put(target: Any, path: list[str], value: Any) -> None:
    """Set the member at the path where it exists; a path that leads nowhere changes nothing."""
    name, *rest = path
    if isinstance(target, list):
        for each in target if name == "*" else target[int(name) : int(name) + 1]:
            _put(each, rest, value)
    elif isinstance(target, dict) and not rest:
        target[name] = value
    elif isinstance(target, dict) and name in target:
        _put(target[name], rest, value)


def _restored(row: dict[str, Any]) -> Armed:
    mint = Mint(row.pop("seed"), row.pop("counters"))
    name, seen, hit = row.pop("id"), row.pop("seen"), row.pop("hit")
    return Armed(id=name, fault=Fault.described(row), mint=mint, seen=seen, hit=hit)
