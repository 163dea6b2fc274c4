"""A few of the planted bugs, the quick ones; `make simulate` plants them all."""

import pytest

from tests.simulation.bugs import BUGS, Bug, caught_after

QUICK = (
    "a lost field",
    "an echo: the base does not follow",
    "a forecast that forgets answers",
    "the loser of a conflict thrown away",
    "list and personal fields in one patch",
    "an answer for another time is sent",
    "shared fields go up to an attendee's copy",
)


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.name in QUICK], ids=lambda bug: bug.name)
def test_a_planted_bug_is_caught(bug: Bug) -> None:
    assert caught_after(bug, first=1, tries=20) is not None


def test_there_are_enough_bugs_and_each_has_its_name() -> None:
    assert len(BUGS) >= 25
    assert len({bug.name for bug in BUGS}) == len(BUGS)
