"""Run everything with a simulated Outlook and a small company, to try Kalends without a Microsoft account.

What is done is kept in KALENDS_DATA and is there again at the next start; --fresh forgets it first.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from kalends.cli import ports, serve, supervisor
from kalends.cli.supervisor import Part, Program
from kalends.config import environment
from kalends.config.errors import ConfigurationError

OURS = ("postgres", "graphtwin", "keys.json", "seeded", environment.FILE_NAME)
WELCOME = """
Kalends runs:            {kalends}
The simulated Outlook:   {outlook}

Sign in to Kalends as    alice@example.com (administrator), bob@example.com or charlie@example.com,
with the password        {password}

Three things to try
1. As Alice, press “Sync with Outlook” at the left, pick Alice and consent, then Start: her Outlook events appear,
   what both sides had is there once, and nobody is mailed.
2. Move an event with the mouse, then look at it in the simulated Outlook; change one there, and watch it change here.
3. Invite Bob to an event, and see in the simulated Outlook's mail ledger what Exchange would have sent.

Ctrl-C stops everything; your data stays in {data}.
"""
# All of these are of invented people in a trial on this machine; they protect nothing.
PASSWORD = "calendar-2026"  # noqa: S105
CLIENT_ID = "ca1e0da5-0000-4000-8000-000000000001"
CLIENT_SECRET = "trial~secret.of-the-simulated-outlook"  # noqa: S105
REDIRECTS = ("/microsoft_account/authentication", "/oauth2/outlook/callback")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier trial left in the data folder")


def run(options: argparse.Namespace) -> int:
    data = environment.data_folder()
    os.environ |= twin_addresses(data)
    ports.require_free("127.0.0.1", environment.TWIN_PORT)
    ports.require_free("127.0.0.1", environment.TWIN_TLS_PORT)
    with serve.hold_data_folder():
        if options.fresh:
            forget(data)
        environment.write_file(twin_addresses(data))
        with supervisor.stop_request() as request, parts_running(data) as parts:
            print(welcome(data), flush=True)
            supervisor.keep_running(parts, request)
    return 0


def twin_addresses(data: Path) -> dict[str, str]:
    """What tells all our programs that Microsoft is the simulator on this machine."""
    twin = f"https://localhost:{environment.TWIN_TLS_PORT.read_number()}"
    return {
        environment.GRAPH_URL.name: twin,
        environment.LOGIN_URL.name: twin,
        environment.CA_FILE.name: str(data / "graphtwin" / "ca.pem"),
    }


@contextmanager
def parts_running(data: Path) -> Iterator[list[Part]]:
    """The simulator, then what ``kalends serve`` runs, then, the first time, the small company."""
    twin = Program(name="The simulated Outlook", command=twin_command(data), quiet=True)
    with serve.programs_running([twin]), serve.parts_running() as parts:
        ports.wait_until_open("127.0.0.1", environment.TWIN_TLS_PORT.read_number(), twin)
        seeded = data / "seeded"
        if not seeded.exists():
            serve.call(*("seed", "--password", PASSWORD), "--client-id", CLIENT_ID, "--client-secret", CLIENT_SECRET)
            seeded.touch()
        register()
        yield [twin, *parts]


def twin_command(data: Path) -> tuple[str, ...]:
    return (
        *(sys.executable, "-m", "graphtwin", "--seed", "1", "--data", str(data / "graphtwin")),
        *("--port", environment.TWIN_PORT.read(), "--tls-port", environment.TWIN_TLS_PORT.read()),
    )


def register() -> None:
    """Register Kalends with the simulated Microsoft, at each start, for our address may have changed."""
    app = {
        "appId": CLIENT_ID,
        "displayName": "Kalends",
        "redirectUris": [environment.base_url() + path for path in REDIRECTS],
        "passwordCredentials": [{"secretText": CLIENT_SECRET}],
    }
    control = HTTPConnection("127.0.0.1", environment.TWIN_PORT.read_number(), timeout=10)
    control.request("POST", "/_twin/apps", json.dumps(app), {"Content-Type": "application/json"})
    answer = control.getresponse()
    if answer.status != HTTPStatus.CREATED:
        message = f"The simulated Outlook refused to register Kalends: {answer.read().decode()}"
        raise ConfigurationError(message)
    control.close()


def forget(data: Path) -> None:
    """Remove what trials and servers keep in ``data``, and nothing else that may lie there."""
    for name in OURS:
        path = data / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def welcome(data: Path) -> str:
    outlook = f"http://localhost:{environment.TWIN_PORT.read_number()}"
    return WELCOME.format(kalends=environment.base_url(), outlook=outlook, password=PASSWORD, data=data)
