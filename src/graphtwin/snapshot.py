"""The whole state as JSON: taken at every stop of a server with a data folder, read at its start; also by
`/_twin/snapshot`.

Not in it: the log of requests, the count of the ten-minute limit, and what waits for a timer (a delayed delivery, a
notification that is to be tried again). A clock that runs goes on with the real time, a frozen one stands where it
stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from graphtwin.apps import describe
from graphtwin.mail import MailLedger
from graphtwin.switches import Switches
from graphtwin.tenant import Tenant

if TYPE_CHECKING:
    from graphtwin.app import Twin

FORMAT = 1
_SWITCHES = frozenset(each.name for each in fields(Switches))  # one that is no more is left out


class SnapshotError(ValueError):
    """The text is not a snapshot of this version; the message says what is wrong."""


def take(twin: Twin) -> dict[str, Any]:
    with twin.lock:
        return {
            "format": FORMAT,
            "seed": twin.seed,
            "clock": {"now": twin.now().isoformat(), "frozen": twin.clock.frozen},
            "switches": asdict(twin.switches),
            "requests_seen": twin.requests_seen,
            "tenant": twin.tenant.snapshot(),
            "mail": twin.mail.snapshot(),
            "apps": {
                "counters": dict(twin.apps.mint.counters),
                "registered": [describe(each) for each in twin.apps.registered.values()],
            },
            "tokens": twin.tokens.snapshot(),
            "login": twin.login.snapshot(),
            "faults": twin.faults.snapshot(),
            "subscriptions": twin.subscriptions.snapshot(),
        }


def restore(twin: Twin, state: Mapping[str, Any]) -> None:
    """Put the twin into the state of a snapshot; raises SnapshotError and leaves the twin as it was."""
    if state.get("format") != FORMAT:
        raise SnapshotError(f"This is not a snapshot of format {FORMAT}.")
    with twin.lock:
        before = take(twin)
        try:
            _put(twin, state)
        except (KeyError, TypeError, ValueError, msgspec.ValidationError) as error:
            _put(twin, before)
            raise SnapshotError(f"The snapshot cannot be read: {type(error).__name__}: {error}") from error


def save(twin: Twin, file: Path) -> None:
    """Write the snapshot beside the file, then put it in its place, so that a crash leaves the old one."""
    fresh = file.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(take(twin)))
    fresh.replace(file)


def load(twin: Twin, file: Path) -> None:
    """Raises SnapshotError if the file holds something else."""
    try:
        restore(twin, msgspec.json.decode(file.read_bytes(), type=dict[str, Any]))
    except (msgspec.DecodeError, SnapshotError) as error:
        raise SnapshotError(f"{file} is no snapshot. {error} Move it away to begin anew.") from error


def _put(twin: Twin, state: Mapping[str, Any]) -> None:
    tenant = Tenant.restore(state["tenant"])
    mail = MailLedger.restore(state["mail"])
    switches = Switches().changed({name: value for name, value in state["switches"].items() if name in _SWITCHES})
    twin.reset(state["seed"])
    twin.switches = switches
    twin.tenant = twin.tokens.tenant = tenant
    twin.mail = mail
    twin.requests_seen = state["requests_seen"]
    twin.clock.freeze(frozen=state["clock"]["frozen"])
    if twin.clock.frozen:
        twin.clock.set(datetime.fromisoformat(state["clock"]["now"]))
    _put_apps(twin, state["apps"])
    twin.tokens.restore(state["tokens"])
    twin.login.restore(state["login"])
    twin.faults.restore(state["faults"])
    twin.subscriptions.restore(state["subscriptions"])


def _put_apps(twin: Twin, state: Mapping[str, Any]) -> None:
    twin.apps.registered.clear()
    for each in state["registered"]:
        twin.apps.register(each, twin.now())
    twin.apps.mint.counters.clear()
    twin.apps.mint.counters.update(state["counters"])
