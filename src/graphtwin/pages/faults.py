"""`/faults`: a bad day by switches: what Graph, the login and the network do wrong, for whom and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Any

import msgspec

from graphtwin.aadsts import REFUSALS
from graphtwin.faults import Armed, Fault, FaultError
from graphtwin.http import Request, Response, Route
from graphtwin.pages.rendering import Fields, page, see_other, text
from graphtwin.pages.shell import shell
from graphtwin.pages.switch_words import words_of

if TYPE_CHECKING:
    from graphtwin.app import Twin


@dataclass(slots=True, frozen=True, kw_only=True)
class Choice:
    """A kind of fault in words; `extra` names the member of its own, `shown` says its value."""

    kind: str
    name: str
    words: str
    extra: str = ""
    extra_name: str = ""
    preset: str = ""
    shown: str = ""


CHOICES = (
    Choice(
        kind="throttled",
        name="Too many requests",
        words="Graph answers 429 with Retry-After; nothing is done.",
        extra="retryAfterSeconds",
        extra_name="Retry after, seconds",
        preset="2",
        shown="Retry-After {} s",
    ),
    Choice(
        kind="unavailable",
        name="Service unavailable",
        words="Graph answers 503 with Retry-After; nothing is done.",
        extra="retryAfterSeconds",
        extra_name="Retry after, seconds",
        preset="2",
        shown="Retry-After {} s",
    ),
    Choice(
        kind="gatewayTimeout",
        name="Gateway timeout",
        words="Graph answers 504; nothing is done.",
        extra="retryAfterSeconds",
        extra_name="Retry after, seconds",
        preset="2",
        shown="Retry-After {} s",
    ),
    Choice(
        kind="latency",
        name="Slow answers",
        words="Every answer comes late.",
        extra="delaySeconds",
        extra_name="Delay, seconds",
        preset="1.5",
        shown="{} s late",
    ),
    Choice(kind="lostAnswer", name="Lost answers", words="The work is done, then the connection breaks."),
    Choice(kind="lostRequest", name="Lost requests", words="The connection breaks before anything is done."),
    Choice(kind="truncatedBody", name="Cut answers", words="A success arrives as half a JSON text."),
    Choice(kind="htmlBody", name="A proxy's page", words="A success arrives as an HTML error page."),
    Choice(
        kind="error",
        name="An error of your choice",
        words="Graph answers with this status.",
        extra="status",
        extra_name="Status",
        preset="500",
        shown="status {}",
    ),
    Choice(
        kind="brokenMember",
        name="Broken member",
        words="This member of every event is null.",
        extra="member",
        extra_name="Member",
        preset="subject",
        shown="member {}",
    ),
    Choice(
        kind="login",
        name="Login refuses",
        words="The token endpoint refuses with this AADSTS code.",
        extra="code",
        extra_name="AADSTS code",
        preset="50173",
        shown="AADSTS{}",
    ),
    Choice(kind="notificationLost", name="Lost notifications", words="Change notifications are never sent."),
    Choice(kind="notificationDuplicated", name="Doubled notifications", words="Each is sent twice."),
    Choice(
        kind="notificationLate",
        name="Late notifications",
        words="Each is sent later.",
        extra="delaySeconds",
        extra_name="Delay, seconds",
        preset="30",
        shown="{} s late",
    ),
    Choice(
        kind="notificationReordered", name="Notifications out of order", words="A later one overtakes an earlier one."
    ),
)
_BY_KIND = {each.kind: each for each in CHOICES}
_TEXTS = ("mailbox", "method", "path", "member")
_WHOLE = ("count", "skip", "retryAfterSeconds", "status")
_PARTS = ("share", "delaySeconds")


def faults(twin: Twin, _request: Request) -> Response:
    return _page(twin)


def arm_fault(twin: Twin, request: Request) -> Response:
    """Switch a fault on, as `POST /_twin/faults` does."""
    form = Fields(request)
    given = {name: form.one(name) for name in (*_TEXTS, *_WHOLE, *_PARTS, "code", "sharePercent") if form.one(name)}
    try:
        twin.faults.arm(Fault.described({"kind": form.one("kind"), **_members(given)}))
    except (FaultError, ValueError) as error:
        return _page(twin, problem=str(error), status=400)
    return see_other("/faults")


def disarm_fault(twin: Twin, request: Request) -> Response:
    """Switch one off by its id, or all."""
    twin.faults.disarm(Fields(request).one("id") or None)
    return see_other("/faults")


def set_switch(twin: Twin, request: Request) -> Response:
    """Change one switch of behaviour that is not established about the real service."""
    form = Fields(request)
    try:
        twin.switches = twin.switches.changed({form.one("name"): _value(twin, form.one("name"), form.one("value"))})
    except ValueError as error:
        return _page(twin, problem=str(error), status=400)
    return see_other("/faults")


def expire_delta(twin: Twin, request: Request) -> Response:
    """Make delta tokens answer 410, of one mailbox or of all."""
    for mailbox in _chosen(twin, Fields(request).one("mailbox")):
        mailbox.expire_delta_tokens()
    return see_other("/faults")


def expire_access(twin: Twin, request: Request) -> Response:
    """Let access tokens expire now; refresh tokens stay good."""
    for mailbox in _chosen(twin, Fields(request).one("mailbox")):
        twin.tokens.expire_access(address=mailbox.address)
    return see_other("/faults")


def revoke_refresh(twin: Twin, request: Request) -> Response:
    """Revoke refresh tokens, as when the password was changed: the person must sign in again."""
    for mailbox in _chosen(twin, Fields(request).one("mailbox")):
        twin.tokens.revoke_refresh(address=mailbox.address)
        twin.tokens.expire_access(address=mailbox.address)
    return see_other("/faults")


def faults_version(twin: Twin, _request: Request) -> Response:
    return text(_version(twin))


def _chosen(twin: Twin, address: str) -> list[Any]:
    return [each for each in twin.tenant.mailboxes.values() if address.lower() in {"", each.address.lower()}]


def _members(given: Mapping[str, str]) -> dict[str, Any]:
    members: dict[str, Any] = {name: given[name] for name in _TEXTS if name in given}
    for name in (*_WHOLE, *_PARTS):
        if name in given:
            members[name] = _number(name, given[name], whole=name in _WHOLE)
    if "sharePercent" in given:
        members["share"] = _number("share", given["sharePercent"], whole=False) / 100
    if "code" in given:
        members["code"] = _number("code", given["code"], whole=True)
    return members


def _number(name: str, written: str, *, whole: bool) -> float:
    try:
        return int(written) if whole else float(written)
    except ValueError as error:
        raise FaultError(f"“{written}” is no {'whole ' if whole else ''}number for {name}.") from error


def _value(twin: Twin, name: str, written: str) -> Any:
    if isinstance(getattr(twin.switches, name, None), str):
        return written
    try:
        return msgspec.json.decode(written)
    except msgspec.DecodeError as error:
        raise FaultError(f"“{written}” is no value for {name}; write true, false, a number or a list.") from error


def _page(twin: Twin, *, problem: str = "", status: int = 200) -> Response:
    return page(
        "faults.html",
        status=status,
        **{**shell(twin, "/faults"), "version": _version(twin), "version_url": "/faults/version"},
        choices=CHOICES,
        armed=tuple((each, _BY_KIND[each.fault.kind].name, _about(each)) for each in twin.faults.armed),
        switches=_switches(twin),
        codes=tuple(REFUSALS),
        problem=problem,
    )


def _about(armed: Armed) -> str:
    """`alice@example.org · GET /v1.0/* · 50 % · at most 3`."""
    fault = armed.fault
    facts = (
        fault.mailbox or "every mailbox",
        " ".join(part for part in (fault.method, fault.path) if part),
        f"{fault.share:.0%} of them" if fault.share < 1 else "",
        f"after {fault.skip}" if fault.skip else "",
        f"at most {fault.count}" if fault.count is not None else "",
        _extra(fault),
    )
    return " · ".join(fact for fact in facts if fact)


def _extra(fault: Fault) -> str:
    choice = _BY_KIND[fault.kind]
    return choice.shown.format(getattr(fault, choice.extra)) if choice.extra else ""


def _switches(twin: Twin) -> tuple[tuple[str, str, Any, bool], ...]:
    defaults = type(twin.switches)()
    rows = asdict(twin.switches)
    return tuple(
        (each.name, words_of(each.name), rows[each.name], rows[each.name] != getattr(defaults, each.name))
        for each in fields_of(twin.switches)
    )


def _version(twin: Twin) -> str:
    return f"{twin.seed}.{len(twin.faults.armed)}.{sum(each.hit for each in twin.faults.armed)}"


ROUTES = (
    Route("GET", "/faults", faults),
    Route("GET", "/faults/version", faults_version),
    Route("POST", "/faults", arm_fault),
    Route("POST", "/faults/off", disarm_fault),
    Route("POST", "/faults/switch", set_switch),
    Route("POST", "/faults/expire-delta", expire_delta),
    Route("POST", "/faults/expire-access", expire_access),
    Route("POST", "/faults/revoke-refresh", revoke_refresh),
)
