"""The reference of control: every route has its heading, every fault its row, every option its line."""

import re
from pathlib import Path

from graphtwin import control, control_events, control_faults, control_inbound, control_mailboxes
from graphtwin.__main__ import parser
from graphtwin.control_faults import DEEDS
from graphtwin.faults import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "graphtwin.md").read_text()
_MODULES = (control, control_mailboxes, control_events, control_faults, control_inbound)
ROUTES = [route for module in _MODULES for route in module.ROUTES]


def test_it_has_a_heading_for_every_route_and_no_other() -> None:
    headings = re.findall(r"^### `(\w+ /_twin/\S+)`$", PAGE, re.MULTILINE)
    assert sorted(headings) == sorted(f"{route.method} {route.pattern}" for route in ROUTES)


def test_it_explains_every_fault() -> None:
    rows = "\n".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("|"))
    assert {kind for kind in (*KINDS, *DEEDS) if f"`{kind}`" not in rows} == set()


def test_it_explains_every_option() -> None:
    options = {name for action in parser()._actions for name in action.option_strings} - {"-h", "--help"}
    assert {name for name in options if f"`{name}`" not in PAGE} == set()
