"""The process: two ports, one state; kept over restarts; stops at once; says which port is taken."""

import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from tests.twin.control.conftest import Running, start

ALICE = "alice@example.com"
MOMENT = {"dateTime": "2026-08-04T10:00:00", "timeZone": "UTC"}


def over_tls(running: Running, path: str, bearer: str) -> httpx2.Response:
    trusted = ssl.create_default_context(cafile=str(running.certificate))
    headers = {"authorization": f"Bearer {bearer}"}
    return httpx2.get(f"{running.tls_origin}{path}", headers=headers, verify=trusted, trust_env=False)


def test_it_shows_one_state_on_both_ports(server: Running) -> None:
    bearer = server.post("/_twin/token", {"mailbox": ALICE})["access_token"]
    plain, tls = server.get("/v1.0/me", bearer), over_tls(server, "/v1.0/me", bearer).json()
    assert plain.pop("@odata.context").removeprefix(server.origin) == tls.pop("@odata.context").removeprefix(
        server.tls_origin
    )
    assert plain == tls


def test_it_keeps_state_and_certificate_over_a_restart(tmp_path: Path) -> None:
    first = start("--data", str(tmp_path), "--seed", "7")
    first.post("/_twin/mailboxes", {"address": ALICE, "name": "Alice"})
    first.post(f"/_twin/mailboxes/{ALICE}/events", [{"subject": "Lunch", "start": MOMENT, "end": MOMENT}])
    first.post("/_twin/faults", {"kind": "unavailable", "path": "/v1.0/me/calendars"})
    bearer = first.post("/_twin/token", {"mailbox": ALICE})["access_token"]
    events = first.get("/v1.0/me/events?$select=subject,start,changeKey,iCalUId", bearer)["value"]
    certificate = first.certificate.read_bytes()
    assert first.stop() == ""
    second = start("--data", str(tmp_path), "--seed", "7")
    try:
        assert second.get("/v1.0/me/events?$select=subject,start,changeKey,iCalUId", bearer)["value"] == events
        assert over_tls(second, "/v1.0/me/calendars", bearer).status_code == 503
        assert second.certificate.read_bytes() == certificate
    finally:
        second.stop()


def test_it_leaves_a_broken_snapshot_alone_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "graphtwin.json").write_text("{}")
    command = [sys.executable, "-m", "graphtwin", "--port", "0", "--tls-port", "0", "--data", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    wanted = (
        f"{tmp_path}/graphtwin.json is no snapshot. This is not a snapshot of format 1. Move it away to begin anew.\n"
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", wanted)
    assert (tmp_path / "graphtwin.json").read_text() == "{}"


def test_it_stops_at_once_with_connections_open(tmp_path: Path) -> None:
    running = start("--data", str(tmp_path))
    running.post("/_twin/mailboxes", {"address": ALICE})
    running.post("/_twin/faults", {"kind": "latency", "delaySeconds": 60})
    bearer = running.post("/_twin/token", {"mailbox": ALICE})["access_token"]
    host, _, port = running.origin.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as idle, socket.create_connection((host, int(port))) as waiting:
        idle.sendall(b"GET /_twin/clock HTTP/1.1\r\nhost: x\r\n\r\n")
        assert idle.recv(15) == b"HTTP/1.1 200 OK"
        waiting.sendall(f"GET /v1.0/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {bearer}\r\n\r\n".encode())
        began = time.monotonic()
        assert running.stop() == ""
        took = time.monotonic() - began
    assert (tmp_path / "graphtwin.json").exists()
    assert running.process.returncode == 0
    assert took < 5, "the promise is two seconds; five allow for a busy machine"


@pytest.mark.parametrize("option", ["--port", "--tls-port"])
def test_it_names_the_option_of_a_taken_port(option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ports = {"--port": "0", "--tls-port": "0", option: port}
        command = [sys.executable, "-m", "graphtwin", *(word for pair in ports.items() for word in pair)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode == 1
    assert (
        ended.stderr == f"Port {port} on 127.0.0.1 is taken (Address already in use); choose another with {option}.\n"
    )


def test_it_registers_the_application_named_by_options() -> None:
    uri = "http://localhost:9/back"
    running = start(
        "--client-id", "11111111-2222-4333-8444-555555555555", "--client-secret", "s", "--redirect-uri", uri
    )
    try:
        (app,) = running.get("/_twin/apps")["value"]
        assert (app["appId"], app["redirectUris"]) == ("11111111-2222-4333-8444-555555555555", [uri])
        assert app["passwordCredentials"][0]["secretText"] == "s"
    finally:
        running.stop()


def test_it_drops_the_connection_of_a_lost_answer(server: Running) -> None:
    bearer = server.post("/_twin/token", {"mailbox": ALICE})["access_token"]
    server.post("/_twin/faults", {"kind": "lostAnswer", "method": "POST", "count": 1})
    body = {"subject": "Lunch", "start": MOMENT, "end": MOMENT}
    headers = {"authorization": f"Bearer {bearer}"}
    with pytest.raises(httpx2.TransportError):
        httpx2.post(f"{server.origin}/v1.0/me/events", json=body, headers=headers, trust_env=False)
    assert [each["subject"] for each in server.get("/v1.0/me/events", bearer)["value"]] == ["Lunch"]
    assert server.get("/_twin/errors") == {"value": []}
