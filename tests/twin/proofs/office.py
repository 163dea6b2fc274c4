"""Two calendars and what keeps them alike: graphtwin, a Radicale server, vdirsyncer between them; each a process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.twin.control.conftest import Running

RUNNER = Path(__file__).with_name("vdirsyncer_process.py")
LONGEST_SECONDS = 60
CONFIGURATION = """
[general]
status_path = "{folder}/status/"

[pair work]
a = "outlook"
b = "radicale"
collections = [["work", "Calendar", "work"]]
conflict_resolution = "a wins"

[storage outlook]
type = "graph_calendar"
client_id = "vdirsyncer"
token_file = "{folder}/token.json"
cache_dir = "{folder}/cache"

[storage radicale]
type = "caldav"
url = "{radicale}/alice/"
username = "alice"
password = "none"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """`radicale` is the address of the calendar collection there."""

    folder: Path
    graph: httpx2.Client
    radicale: httpx2.Client
    environment: dict[str, str]

    def vdirsyncer(self, *words: str) -> None:
        command = [sys.executable, str(RUNNER), "-c", str(self.folder / "config"), *words]
        ended = subprocess.run(
            command,
            env=self.environment,
            input="y\n" * 10,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


@contextmanager
def office(server: Running, folder: Path) -> Iterator[Office]:
    """Open the office: both servers up, the collection there, vdirsyncer told of both."""
    token = server.post("/_twin/token", {"mailbox": "alice@example.com"})["access_token"]
    with radicale(folder) as address:
        (folder / "config").write_text(CONFIGURATION.format(folder=folder, radicale=address))
        graph = httpx2.Client(
            base_url=f"{server.origin}/v1.0", headers={"authorization": f"Bearer {token}"}, trust_env=False
        )
        collection = httpx2.Client(base_url=f"{address}/alice/work", auth=("alice", "none"), trust_env=False)
        with graph, collection:
            assert collection.request("MKCALENDAR", "/").status_code == 201
            environment = {**os.environ, "GRAPH_URL": f"{server.origin}/v1.0", "GRAPH_ACCESS_TOKEN": token}
            yield Office(folder=folder, graph=graph, radicale=collection, environment=environment)


@contextmanager
def radicale(folder: Path) -> Iterator[str]:
    """Run a Radicale that lets everybody in, on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    options = {"--server-hosts": f"127.0.0.1:{port}", "--storage-filesystem-folder": str(folder / "radicale")}
    words = [word for pair in {**options, "--auth-type": "none", "--logging-level": "error"}.items() for word in pair]
    process = subprocess.Popen([sys.executable, "-m", "radicale", "--config", "", *words], process_group=0)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on {port}")
