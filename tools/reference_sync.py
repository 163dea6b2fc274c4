"""The sync's pages that follow from the code: the planner's table, and each rule with the tests of its number."""

import inspect
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from kalends.sync.case import Standing
from kalends.sync.plan import TABLE, Move

ROOT = Path(__file__).parent.parent
LAW = ROOT / "tools" / "law.md"
TEST = re.compile(r"def (test_r(\d+)_(\d+[a-z]?)_\w+)\(")
RULE = re.compile(r"^(\d+\.\d+[a-z]?) ")
PLANNER = """\
What became of an event here and in Outlook since both sides agreed decides what is done; where its owner stands decides
how. The table is `TABLE` in `src/kalends/sync/plan.py`; this page is written from it.

* **organizer**: the organizer's real copy, or an appointment; **keeper**: the organizer's quiet copy;
  **attendee**: the copy that Exchange made; **guest**: an attendee's quiet copy.
* here: *same*, *changed*, *deleted* (trashed or cancelled), *hidden* (removed for its owner alone);
  there: *same*, *changed*, *cancelled* (a stub), *deleted*, *away* (in another Outlook calendar)."""


def planner(written: str) -> str:
    """The table, and what each move does."""
    head = ["| here | there | " + " | ".join(Standing) + " |", "|---|---|" + "---|" * len(Standing)]
    rows = [
        f"| {here} | {there} | " + " | ".join(_name(moves[standing]) for standing in Standing) + " |"
        for (here, there), moves in TABLE.items()
    ]
    moves = {_name(move): move for cell in TABLE.values() for move in cell.values()}
    meanings = [f"* **{name}**: {_sentence(move)}" for name, move in sorted(moves.items())]
    table, meaning = "\n".join([*head, *rows]), "\n".join(meanings)
    return f"# The planner\n\n{written}\n\n{PLANNER}\n\n{table}\n\n## What the moves do\n\n{meaning}\n"


def _name(move: Move) -> str:
    return move.__name__.replace("_", " ")


def _sentence(move: Move) -> str:
    return (inspect.getdoc(move) or "").partition("\n\n")[0].replace("\n", " ")


def rules(written: str) -> str:
    """The law, and under each rule the tests that bear its number."""
    tests = _tests()
    title, *lines = _paragraphs()
    told = [title, written]
    for line in lines:
        told.append(line)
        found = RULE.match(line)
        if found is not None:
            told.append(f"Tests: {_links(tests.get(found.group(1), []))}")
    return "\n\n".join(told) + "\n"


def _paragraphs() -> list[str]:
    """The law's lines; one that goes on in the next, or begins a list, is one with it."""
    joined: list[str] = []
    for line in LAW.read_text().splitlines():
        starts = RULE.match(line) or line.startswith("#") or not joined or joined[-1].startswith("#")
        if line and (starts or not RULE.match(joined[-1])):
            joined.append(line)
        elif line:
            joined[-1] += f"\n{line}"
    return joined


def _tests() -> Mapping[str, list[tuple[str, Path]]]:
    """Rule number → the tests named after it, with their files."""
    found: dict[str, list[tuple[str, Path]]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for name, section, number in TEST.findall(path.read_text()):
            found[f"{section}.{number}"].append((name, path.relative_to(ROOT)))
    return found


def _links(tests: list[tuple[str, Path]]) -> str:
    shown = sorted({(name.split("_", 3)[3].replace("_", " "), path) for name, path in tests})
    return " · ".join(f"[{words}](../../{path.as_posix()})" for words, path in shown) or "none of their own."
