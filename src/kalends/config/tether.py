"""Run a program that dies with the process that started it, however that one ends.

Called as ``python -I -S tether.py PARENT SIGNAL PROGRAM ARGUMENT…`` and only importing the standard library, so that it
costs about 15 ms. It asks the kernel for SIGNAL at the death of its parent (``prctl(2)``, ``PR_SET_PDEATHSIG``) and
turns into PROGRAM. The kernel forgets the wish when the user changes, so a change of user comes before. The wish is
about the parent's *thread*: start children from a thread that lives as long as the process. Where there is no such
wish (macOS), an orphan is found and stopped at the next start (postgres.py).
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def command(*program: str, stop_with: signal.Signals = signal.SIGTERM) -> list[str]:
    """The command line that runs ``program`` tied to the calling process."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(stop_with.value), *program]


def main() -> None:
    parent, death_signal, *program = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != int(parent):  # it died before the wish was heard
            sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - becoming the given program is what this file is for


if __name__ == "__main__":
    main()
