"""Expands rules with libical; run by the system's Python, which has its GObject binding, and fed by libical.py.

Each line of the input is `RULE TAB DTSTART TAB COUNT`; each line of the output holds the dates, separated by blanks.
"""

import sys

import gi  # type: ignore[import-not-found] # the system Python has it

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # type: ignore[import-not-found] # noqa: E402 - the version is required first


def expanded(rule: str, start: str, count: int) -> list[str]:
    iterator = ICalGLib.RecurIterator.new(
        ICalGLib.Recurrence.new_from_string(rule), ICalGLib.Time.new_from_string(start)
    )
    found: list[str] = []
    while len(found) < count:
        time = iterator.next()
        if time is None or time.is_null_time():
            break
        found.append(time.as_ical_string())
    return found


for line in sys.stdin:
    rule, start, count = line.rstrip("\n").split("\t")
    sys.stdout.write(" ".join(expanded(rule, start, int(count))) + "\n")
