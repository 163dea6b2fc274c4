"""Programs that run beside us are started again when they die, and all end when we are told to stop."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kalends.cli import supervisor
from kalends.cli.supervisor import Program, StopRequest, Watch

STUBBORN = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""
WITH_CHILD = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""


def _sleeper() -> Program:
    return Program(name="The sleeper", command=[sys.executable, "-c", "import time; time.sleep(60)"])


def _wait_until(happened: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def _ended(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or ") Z " in stat.read_text()


def test_it_starts_a_killed_program_again() -> None:
    sleeper = _sleeper()
    sleeper.start()
    assert sleeper.process is not None
    first = sleeper.process.pid
    request = StopRequest()
    watcher = threading.Thread(target=supervisor.keep_running, args=([sleeper], request))
    watcher.start()
    os.kill(first, signal.SIGKILL)
    _wait_until(lambda: sleeper.process is not None and sleeper.process.pid != first and sleeper.is_alive())
    request.made = True
    watcher.join()
    supervisor.stop_all([sleeper])
    assert not sleeper.is_alive()


def test_it_waits_longer_each_time_a_program_dies_young() -> None:
    dying = Program(name="The dying one", command=[sys.executable, "-c", ""])
    watch = Watch(dying, started=0)
    planned = []
    for moment in (0.0, 1.0, 2.0, 4.0, 5.0, 9.0, 100.0):
        watch.look(moment)
        planned.append(watch.start_at)
        if dying.process is not None:
            dying.process.wait()
    assert planned == [1.0, None, 4.0, None, 9.0, None, 101.0]


def test_it_stops_on_a_signal() -> None:
    with supervisor.stop_request() as request:
        os.kill(os.getpid(), signal.SIGTERM)
        _wait_until(lambda: request.made)
    assert request.made


def test_it_kills_a_program_that_does_not_listen(tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"
    stubborn = Program(name="The stubborn one", command=[sys.executable, "-c", STUBBORN, str(deaf)])
    stubborn.start()
    _wait_until(deaf.exists)
    supervisor.stop_all([stubborn])
    assert not stubborn.is_alive()


def test_it_leaves_no_children_of_a_killed_program_behind(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    parent = Program(name="The parent", command=[sys.executable, "-c", WITH_CHILD, str(noted)])
    parent.start()
    _wait_until(lambda: noted.exists() and noted.read_text() != "")
    assert parent.process is not None
    parent.process.kill()
    parent.process.wait()
    parent.stop()
    _wait_until(lambda: _ended(int(noted.read_text())))


def test_its_programs_die_with_it(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    code = (
        "import sys, time, pathlib\n"
        "from kalends.cli.supervisor import Program\n"
        "sleeper = Program(name='x', command=[sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "sleeper.start()\n"
        "time.sleep(1)\n"
        "pathlib.Path(sys.argv[1]).write_text(str(sleeper.process.pid))\n"
        "time.sleep(60)\n"
    )
    outer = Program(name="The supervisor", command=[sys.executable, "-c", code, str(noted)])
    outer.start()
    _wait_until(lambda: noted.exists() and noted.read_text() != "")
    assert outer.process is not None
    outer.process.kill()
    outer.process.wait()
    _wait_until(lambda: _ended(int(noted.read_text())))
