"""The embedded PostgreSQL: one server of our own in the data folder, reached by a socket that only we can open.

    folder/cluster   what initdb made              folder/run    the socket, mode 0700, no TCP
    folder/log       what the server said          folder/lock   held while a process of ours runs the server

Starting, in this order:
1. hold the lock, so that one process at a time runs the server;
2. stop or forget what a killed predecessor left (a postmaster whose parent died, a stale ``postmaster.pid``);
3. make the cluster if there is none – aside, then renamed, so that a half-made one is never used;
4. start the server tied to our life, wait until it accepts, make the database.

The server trusts whoever reaches the socket; the folder's mode decides who does. Root is refused by PostgreSQL, see
unprivileged.py. The folder is moved to a short temporary one when a socket's path (107 bytes) would not fit.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from kalends.config import folder_lock, postgres_binaries, tether, unprivileged
from kalends.config.errors import PostgresUnavailable
from kalends.config.postgres_binaries import Binaries

NAME = "kalends"
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
FIRST_WITH_OWN_LOCALES = 17
START_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 3
LARGEST_LOG_BYTES = 5_000_000
DURABLE: Mapping[str, str] = {"max_connections": "100", "shared_buffers": "128MB"}
FAST_AND_FORGETFUL: Mapping[str, str] = {
    **DURABLE,
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


@dataclass(slots=True, kw_only=True)
class Server:
    """The PostgreSQL of one folder; started and stopped by whoever holds the folder's lock."""

    folder: Path
    options: Mapping[str, str] = field(default_factory=lambda: DURABLE)
    process: subprocess.Popen[bytes] | None = None
    name = "PostgreSQL"

    @property
    def url(self) -> str:
        return url(self.folder)

    def start(self) -> None:
        """Start, as the module says.

        :raises PostgresUnavailable: there is no PostgreSQL, or it did not start; the message ends with its own words.
        """
        self.process = _start(self.folder, self.options)
        _make_database(self.folder)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Stop within a few seconds: open connections are cut, then, if need be, the server is."""
        if self.process is not None:
            _stop(self.process)


@contextmanager
def running(folder: Path, options: Mapping[str, str] = DURABLE) -> Iterator[Server]:
    """A server on ``folder`` for as long as the block lasts.

    :raises DataFolderInUse: another process runs a server there.
    """
    with folder_lock.hold(lock_file(folder)):
        server = Server(folder=folder, options=options)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def is_running(folder: Path) -> bool:
    """Whether some process runs the server of ``folder``."""
    return folder_lock.is_held(lock_file(folder))


def url(folder: Path, database: str = NAME) -> str:
    """Where the server of ``folder`` is reached, whether or not it runs now."""
    return f"postgresql://{NAME}@/{database}?host={quote(str(_socket_folder(folder)), safe='')}"


def lock_file(folder: Path) -> Path:
    return folder / "lock"


def _start(folder: Path, options: Mapping[str, str]) -> subprocess.Popen[bytes]:
    cluster = folder / "cluster"
    disguise = unprivileged.disguise()
    binaries = postgres_binaries.find(_major_of(cluster))
    _clear_away_predecessor(cluster)
    if not cluster.exists():
        _initialise(cluster, binaries, disguise)
    unprivileged.give_to(disguise.owner, cluster)
    sockets = _socket_folder(folder)
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = {
        **options,
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
    }
    arguments = [f"--{name}={value}" for name, value in settings.items()]
    postgres = tether.command(
        binaries.program("postgres"), "-D", str(cluster.absolute()), *arguments, stop_with=signal.SIGINT
    )
    return _launch([*disguise.prefix, *postgres], folder, binaries)


def _initialise(cluster: Path, binaries: Binaries, disguise: unprivileged.Disguise) -> None:
    aside = cluster.with_name("cluster.being-made")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True, mode=0o700)
    unprivileged.give_to(disguise.owner, aside)
    initdb = [binaries.program("initdb"), "-D", str(aside.absolute()), "-U", NAME, "--auth=trust", "--encoding=UTF8"]
    made = subprocess.run(
        [*disguise.prefix, *initdb, *_locale(binaries.major), "--no-sync"],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        message = f"PostgreSQL could not make its data folder {cluster}: {made.stderr.strip() or made.stdout.strip()}"
        raise PostgresUnavailable(message)
    aside.rename(cluster)


def _locale(major: int) -> tuple[str, ...]:
    """Upper and lower case of all scripts, independent of the machine's locales and of their updates."""
    if major >= FIRST_WITH_OWN_LOCALES:
        return ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    return ("--locale=C.UTF-8",)


def _launch(command: list[str], folder: Path, binaries: Binaries) -> subprocess.Popen[bytes]:
    """Start the server; wait for it, and for the last processes of a killed one, which bar its way for an instant."""
    give_up_at = time.monotonic() + START_WITHIN_SECONDS
    ask = [binaries.program("pg_isready"), "-q", "-h", str(_socket_folder(folder)), "-U", NAME, "-d", "postgres"]
    while True:
        with _log(folder).open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        while process.poll() is None and time.monotonic() < give_up_at:
            if subprocess.run(ask, check=False).returncode == 0:
                return process
            time.sleep(0.05)
        _stop(process)
        last_words = " / ".join(_log(folder).read_text(errors="replace").splitlines()[-5:])
        if "still in use" not in last_words or time.monotonic() > give_up_at:
            message = f"PostgreSQL did not start in {folder}. It said: {last_words or 'nothing'}"
            raise PostgresUnavailable(message)
        time.sleep(0.2)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN_SECONDS)


def _make_database(folder: Path) -> None:
    with psycopg.connect(url(folder, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
            connection.execute("CREATE DATABASE kalends")


def _clear_away_predecessor(cluster: Path) -> None:
    """Stop a postmaster that outlived its starter; forget the file of a dead one whose number another program has now.

    PostgreSQL would take that other program for a server and refuse. A file whose number nobody has is left to
    PostgreSQL: by it, it finds out whether processes of the dead server are still about.
    """
    pid_file = cluster / "postmaster.pid"
    with suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(pid_file.read_text().splitlines()[0])
        for how in (signal.SIGINT, signal.SIGQUIT):
            if _is_postmaster_of(pid, cluster):
                os.kill(pid, how)
                _wait_for_end_of(pid, cluster)
        if _command_line(pid):
            pid_file.unlink(missing_ok=True)


def _wait_for_end_of(pid: int, cluster: Path) -> None:
    give_up_at = time.monotonic() + STOP_WITHIN_SECONDS
    while _is_postmaster_of(pid, cluster) and time.monotonic() < give_up_at:
        time.sleep(0.05)


def _is_postmaster_of(pid: int, cluster: Path) -> bool:
    return str(cluster.absolute()) in _command_line(pid)


def _command_line(pid: int) -> str:
    """What process ``pid`` runs; empty if it has ended."""
    if Path("/proc/self").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        return ""
    answer = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout


def _major_of(cluster: Path) -> int | None:
    version = cluster / "PG_VERSION"
    return int(version.read_text()) if version.exists() else None


def _log(folder: Path) -> Path:
    log = folder / "log"
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.rename(folder / "log.old")
    return log


def _socket_folder(folder: Path) -> Path:
    """``folder/run``; where that is too long for a socket, a link to a short folder stands in its place."""
    usual = folder.absolute() / "run"
    if len(os.fsencode(usual)) <= LONGEST_SOCKET_FOLDER:
        return usual
    if not (usual.is_symlink() and usual.is_dir()):
        usual.unlink(missing_ok=True)
        usual.parent.mkdir(parents=True, exist_ok=True)
        usual.symlink_to(tempfile.mkdtemp(prefix="kalends-"))
    return usual.readlink()
