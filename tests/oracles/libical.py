"""libical as an oracle for recurrence rules: another implementation, in a process of its own."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

PYTHON = "/usr/bin/python3"
PROCESS = Path(__file__).with_name("libical_process.py")
UNPACKED = Path(__file__).parents[2] / ".venv" / "libical"


def expand(rules: Sequence[tuple[str, str, int]]) -> list[list[str]]:
    """The first dates of each (rule, DTSTART, how many), as libical writes them."""
    lines = "".join(f"{rule}\t{start}\t{count}\n" for rule, start, count in rules)
    answer = subprocess.run(
        [PYTHON, PROCESS], input=lines, capture_output=True, text=True, check=False, timeout=120, env=_environment()
    )
    assert answer.returncode == 0, answer.stderr
    return [line.split() for line in answer.stdout.splitlines()]


def _environment() -> dict[str, str]:
    """Where libical lies when it could only be unpacked, not installed (tools/set_up.py)."""
    if not UNPACKED.exists():
        return {"PATH": os.environ.get("PATH", "")}
    libraries = [str(path) for path in UNPACKED.glob("usr/lib/*-linux-gnu")]
    return {
        "PATH": os.environ.get("PATH", ""),
        "LD_LIBRARY_PATH": ":".join(libraries),
        "GI_TYPELIB_PATH": ":".join(f"{path}/girepository-1.0" for path in libraries),
        "PYTHONPATH": str(UNPACKED / "usr/lib/python3/dist-packages"),
    }
