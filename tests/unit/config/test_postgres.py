"""The embedded PostgreSQL starts, is alone on its folder, and survives what kills it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from kalends.config import postgres
from kalends.config.errors import DataFolderInUse

QUICK = postgres.FAST_AND_FORGETFUL
HOLDER = """
import os, sys, time
from pathlib import Path
from kalends.config import postgres
with postgres.running(Path(sys.argv[1]), postgres.FAST_AND_FORGETFUL) as server:
    print(server.process.pid, flush=True)
    time.sleep(60)
"""


def test_it_starts_keeps_data_and_starts_again(short_folder: Path) -> None:
    with postgres.running(short_folder, QUICK) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('calendar')")
    assert not server.is_alive()
    with postgres.running(short_folder, QUICK) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("calendar",)]


def test_it_refuses_a_folder_that_another_server_uses(short_folder: Path) -> None:
    with postgres.running(short_folder, QUICK):
        assert postgres.is_running(short_folder)
        with pytest.raises(DataFolderInUse, match=f"process {os.getpid()}"), postgres.running(short_folder, QUICK):
            pass
    assert not postgres.is_running(short_folder)


def test_only_we_can_reach_its_socket(short_folder: Path) -> None:
    with postgres.running(short_folder, QUICK) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert (short_folder / "run").stat().st_mode & 0o777 == 0o700


def test_it_moves_its_socket_when_the_folder_has_a_long_name(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / "postgres"
    with postgres.running(folder, QUICK) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert postgres.url(folder) == server.url


def test_it_dies_with_the_process_that_started_it(short_folder: Path) -> None:
    holder, postmaster = _holder(short_folder)
    holder.kill()
    holder.wait()
    _wait_until_gone(postmaster)
    with postgres.running(short_folder, QUICK) as server:
        assert server.is_alive()


def test_it_starts_again_after_the_server_was_killed(short_folder: Path) -> None:
    with postgres.running(short_folder, QUICK) as server:
        assert server.process is not None
        server.process.kill()
        server.process.wait()
    assert (short_folder / "cluster" / "postmaster.pid").exists()
    with postgres.running(short_folder, QUICK) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_forgets_a_stale_pid_file_whose_number_another_program_has(short_folder: Path) -> None:
    with postgres.running(short_folder, QUICK):
        content = (short_folder / "cluster" / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen(["sleep", "60"]) as other:
        (short_folder / "cluster" / "postmaster.pid").write_text("\n".join([str(other.pid), *content[1:]]) + "\n")
        with postgres.running(short_folder, QUICK) as server:
            assert server.is_alive()
        assert other.poll() is None
        other.kill()


def test_it_stops_a_server_that_outlived_its_starter(short_folder: Path) -> None:
    with postgres.running(short_folder, QUICK) as server:
        (short_folder / "lock").unlink()  # as if the starter had died and the server had not
        with postgres.running(short_folder, QUICK) as successor:
            assert not server.is_alive()
            assert successor.is_alive()


def test_it_stops_although_connections_are_open(short_folder: Path) -> None:
    with postgres.running(short_folder, QUICK) as server:
        connection = psycopg.connect(server.url, autocommit=True)
        connection.execute("SELECT 1")
    assert not server.is_alive()
    connection.close()


def _holder(folder: Path) -> tuple[subprocess.Popen[str], int]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    postmaster = int(holder.stdout.readline())
    holder.stdout.close()
    return holder, postmaster


def _wait_until_gone(pid: int) -> None:
    give_up_at = time.monotonic() + 15
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < give_up_at, "the server outlived the process that started it"
        time.sleep(0.05)
