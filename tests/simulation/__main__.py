"""`python -m tests.simulation --runs N --seed S`: that many schedules, and every planted bug until it is caught.

The last line reads `N schedules, F faults, P of Q planted bugs caught, R per second`; a fault names the seed by which
it comes again. The exit code is 0 when there was no fault and every planted bug was caught.
"""

import argparse
import sys
import time

from tests.simulation.bugs import BUGS, caught_after
from tests.simulation.planner import check_planner
from tests.simulation.schedule import run

TRIES = 200
"""Schedules within which a planted bug must be caught."""
PLANNER_SHARE = 500
"""Random planner cases for each schedule."""


def main(arguments: list[str] | None = None) -> int:
    """Run, print, and say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--runs", type=int, default=500, help="how many schedules")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--trace", action="store_true", help="print what happened in each schedule")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    faults = _schedules(options.runs, options.seed, trace=options.trace)
    rate = options.runs / max(time.monotonic() - began, 0.001)
    cases, broken = check_planner(options.runs * PLANNER_SHARE, options.seed)
    print(f"{cases:,} planner cases, {len(broken)} broken", *broken[:5], sep="\n  ")
    caught = 0 if options.trace else _planted(options.seed)
    total = 0 if options.trace else len(BUGS)
    print(
        f"{options.runs} schedules, {faults + len(broken)} faults, "
        f"{caught} of {total} planted bugs caught, {rate:.1f} per second"
    )
    return 0 if faults + len(broken) == 0 and caught == total else 1


def _schedules(runs: int, first: int, *, trace: bool) -> int:
    bad = 0
    for seed in range(first, first + runs):
        result = run(seed)
        if trace:
            print(f"seed {seed}", *result.trace, sep="\n  ")
        if result.faults:
            bad += 1
            print(f"seed {seed}:", *result.faults[:5], sep="\n  ")
    return bad


def _planted(first: int) -> int:
    caught = 0
    for bug in BUGS:
        after = caught_after(bug, first, TRIES)
        caught += after is not None
        print(f"planted: {bug.name}: " + (f"caught after {after} schedules" if after else "NOT CAUGHT"))
    return caught


if __name__ == "__main__":
    sys.exit(main())
