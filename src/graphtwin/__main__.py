"""`python -m graphtwin`: a twin on a plain port and a TLS port, until Ctrl-C."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from graphtwin.app import Twin
from graphtwin.apps import DEMO_APP, DEMO_APP_ID, DEMO_REDIRECT_URIS, DEMO_SECRET, AppError
from graphtwin.clock import Clock
from graphtwin.delivery import deliver_by_http
from graphtwin.server import Listeners, PortTakenError, certificate_authority, listen, recall, serve
from graphtwin.smtp import receiving_mail
from graphtwin.snapshot import SnapshotError

_SELDOM = (50_000, 20, 50)  # the state is large and stays; walking it at the usual pace costs a quarter of the loading


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    gc.set_threshold(*_SELDOM)
    try:
        listeners = listen(options.host, options.port, options.tls_port)
        _run(options, listeners)
    except (PortTakenError, SnapshotError, AppError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(options: argparse.Namespace, listeners: Listeners) -> None:
    with ExitStack() as stack:
        kept = options.data is not None
        folder = Path(options.data or stack.enter_context(tempfile.TemporaryDirectory(prefix="graphtwin-")))
        folder.mkdir(parents=True, exist_ok=True)
        _, certificate = certificate_authority(folder)
        twin = _twin(options, listeners)
        if kept:
            recall(twin, folder)
        mail_port = None
        if options.smtp_port is not None:
            mail_port = stack.enter_context(receiving_mail(twin, options.host, options.smtp_port))
        _greet(twin, certificate.resolve(), options, mail_port)
        serve(twin, listeners, folder, keep=kept)


def _twin(options: argparse.Namespace, listeners: Listeners) -> Twin:
    host = "localhost" if options.host in {"0.0.0.0", "::"} else options.host  # noqa: S104 - compared, not bound
    return Twin(
        seed=options.seed,
        origin=f"http://{host}:{listeners.plain_port}",
        tls_origin=f"https://localhost:{listeners.tls_port}",
        clock=Clock(options.now, frozen=options.frozen),
        deliver=deliver_by_http,
        first_app={
            **DEMO_APP,
            "appId": options.client_id,
            "redirectUris": options.redirect_uri or list(DEMO_REDIRECT_URIS),
            "passwordCredentials": [{"secretText": options.client_secret}],
        },
    )


def _greet(twin: Twin, certificate: Path, options: argparse.Namespace, mail_port: int | None) -> None:
    lines = [
        "graphtwin is running. Ctrl-C stops it.",
        f"  pages and Graph        {twin.origin}",
        f"  Graph and login, TLS   {twin.tls_origin}",
        f"  trust this CA          {certificate}",
        f"  client id              {options.client_id}",
        f"  client secret          {options.client_secret}",
    ]
    if mail_port is not None:
        lines.append(f"  mail from outside      smtp://{options.host}:{mail_port}")
    print("\n".join(lines), flush=True)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="graphtwin", description="A simulator of Microsoft Graph's calendar and of Microsoft's login."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="plain port (default %(default)s; 0: any free one)")
    parser.add_argument("--tls-port", type=int, default=8443, help="TLS port (default %(default)s; 0: any free one)")
    parser.add_argument("--smtp-port", type=int, help="port for mail from outside (default none; 0: any free one)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same ids (default %(default)s)")
    parser.add_argument("--data", help="folder that keeps the state and the CA over restarts")
    parser.add_argument("--now", type=_moment, help="time to start with, ISO 8601")
    parser.add_argument("--frozen", action="store_true", help="let the clock stand until it is moved")
    parser.add_argument("--client-id", default=DEMO_APP_ID, help="of the application registered from the start")
    parser.add_argument("--client-secret", default=DEMO_SECRET, help="its secret")
    parser.add_argument("--redirect-uri", action="append", help="one of its redirect addresses; may be repeated")
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
