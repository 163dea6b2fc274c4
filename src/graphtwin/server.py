"""One process that serves a twin on two ports, plain and TLS, from one event loop, with one state.

A thread carries notifications, a task lets timers fire. The certificate authority is the twin's own; with a data
folder it is kept there, so that clients go on trusting it after a restart.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trustme
import uvicorn

from graphtwin import snapshot
from graphtwin.asgi import AsgiApplication, LostAnswerError, Receive, Scope, Send

if TYPE_CHECKING:
    from graphtwin.app import Twin

SNAPSHOT_FILE = "graphtwin.json"
TICK_SECONDS = 0.05
GRACE_SECONDS = 1
_BACKLOG = 2048
_POLL_SECONDS = 0.01


class PortTakenError(OSError):
    """Somebody else listens there; the text names the option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """The sockets, bound before anything else, so that a taken port is told at once."""

    plain: socket.socket
    tls: socket.socket

    @property
    def plain_port(self) -> int:
        return int(self.plain.getsockname()[1])

    @property
    def tls_port(self) -> int:
        return int(self.tls.getsockname()[1])


def listen(host: str, port: int, tls_port: int) -> Listeners:
    """Bind both ports (0: any free one); raises PortTakenError."""
    plain = _bind(host, port, "--port")
    try:
        return Listeners(plain=plain, tls=_bind(host, tls_port, "--tls-port"))
    except PortTakenError:
        plain.close()
        raise


def serve(twin: Twin, listeners: Listeners, folder: Path, *, keep: bool) -> None:
    """Serve until SIGINT or SIGTERM; with `keep` the state is written to the folder after."""
    try:
        with _certificate(folder) as files, _notifying(twin):
            servers = _servers(twin, *files)
            _run(twin, listeners, servers, (signal.SIGINT, signal.SIGTERM))
    finally:
        if keep:
            snapshot.save(twin, folder / SNAPSHOT_FILE)


@contextmanager
def serving(twin: Twin, listeners: Listeners, folder: Path) -> Iterator[None]:
    """Serve from a thread of this process, for tests."""
    with _certificate(folder) as files, _notifying(twin):
        servers = _servers(twin, *files)
        thread = threading.Thread(target=_run, args=(twin, listeners, servers), name="graphtwin")
        thread.start()
        try:
            while thread.is_alive() and not all(each.started for each in servers):
                time.sleep(_POLL_SECONDS)
            yield
        finally:
            _stop(*servers)
            thread.join()


def recall(twin: Twin, folder: Path) -> None:
    """Read the state kept in the folder, if there is one; raises SnapshotError."""
    file = folder / SNAPSHOT_FILE
    if file.exists():
        snapshot.load(twin, file)


def certificate_authority(folder: Path) -> tuple[trustme.CA, Path]:
    """Return the authority kept in the folder, made at first, and the file of its certificate."""
    certificate, key = folder / "ca.pem", folder / "ca-key.pem"
    if certificate.exists() and key.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes()), certificate
    authority = trustme.CA(organization_name="graphtwin")
    key.touch(mode=0o600)
    key.write_bytes(authority.private_key_pem.bytes())
    certificate.write_bytes(authority.cert_pem.bytes())
    return authority, certificate


class _DroppingLostAnswers:
    """uvicorn answers 500 for an application that raises; of a lost answer only a closed connection may be seen."""

    def __init__(self, application: AsgiApplication) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        except LostAnswerError:
            cycle = getattr(send, "__self__", None)  # uvicorn's request cycle, which alone knows the connection
            if cycle is None:
                raise
            cycle.transport.abort()
            while (await receive())["type"] != "http.disconnect":
                pass


class _Server(uvicorn.Server):
    """Two of these share one loop, so neither may take the signals for itself."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _notifying(twin: Twin) -> Iterator[None]:
    """Carry notifications from a thread of its own meanwhile."""
    stop = threading.Event()
    courier = threading.Thread(target=_carry, args=(twin, stop), name="graphtwin notifications", daemon=True)
    courier.start()
    try:
        yield
    finally:
        stop.set()
        courier.join(timeout=GRACE_SECONDS)


def _servers(twin: Twin, key_file: Path, certificate_file: Path) -> tuple[_Server, _Server]:
    shared: dict[str, Any] = {
        "lifespan": "off",
        "log_config": None,
        "log_level": "critical",
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "timeout_graceful_shutdown": GRACE_SECONDS,
    }
    application = _DroppingLostAnswers(twin.asgi)
    plain = _Server(uvicorn.Config(application, **shared))
    tls = _Server(uvicorn.Config(application, ssl_keyfile=str(key_file), ssl_certfile=str(certificate_file), **shared))
    return plain, tls


def _run(
    twin: Twin, listeners: Listeners, servers: tuple[_Server, _Server], signals: Sequence[signal.Signals] = ()
) -> None:
    with asyncio.Runner(loop_factory=servers[0].config.get_loop_factory()) as runner:
        runner.run(_serve(twin, listeners, servers, signals))


async def _serve(
    twin: Twin, listeners: Listeners, servers: tuple[_Server, _Server], signals: Sequence[signal.Signals]
) -> None:
    plain, tls = servers
    for number in signals:
        asyncio.get_running_loop().add_signal_handler(number, _stop, plain, tls)
    ticking = asyncio.create_task(_tick(twin))
    await asyncio.gather(plain.serve([listeners.plain]), tls.serve([listeners.tls]))
    for connection in [*plain.server_state.connections, *tls.server_state.connections]:
        connection.transport.abort()  # a peer that never answers the end of TLS would hold the loop for ever
    ticking.cancel()
    with suppress(asyncio.CancelledError):
        await ticking


def _stop(*servers: uvicorn.Server) -> None:
    for each in servers:
        each.should_exit = True


async def _tick(twin: Twin) -> None:
    while True:
        twin.tick()
        await asyncio.sleep(TICK_SECONDS)


def _carry(twin: Twin, stop: threading.Event) -> None:
    while not stop.wait(TICK_SECONDS):
        twin.subscriptions.deliver_waiting()


@contextmanager
def _certificate(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the files of a key and a certificate for this machine, as uvicorn wants them; they are gone afterwards."""
    authority, _ = certificate_authority(folder)
    leaf = authority.issue_cert("localhost", "127.0.0.1", "::1", common_name="graphtwin")
    with tempfile.TemporaryDirectory(prefix="graphtwin-") as name:
        key_file, certificate_file = Path(name) / "key.pem", Path(name) / "certificate.pem"
        key_file.touch(mode=0o600)
        key_file.write_bytes(leaf.private_key_pem.bytes())
        certificate_file.write_bytes(b"".join(each.bytes() for each in leaf.cert_chain_pems))
        yield key_file, certificate_file


def _bind(host: str, port: int, option: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # inherited; else small answers wait 40 ms
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = f"Port {port} on {host} is taken ({error.strerror}); choose another with {option}."
        raise PortTakenError(message) from error
    listener.listen(_BACKLOG)
    return listener
