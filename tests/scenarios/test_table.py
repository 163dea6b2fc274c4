"""docs/reference/scenarios.md names every scenario's test, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


def test_it_names_each_test_of_a_scenario_in_the_docs() -> None:
    told = re.findall(r"`(test_\w+\.py)::(test_o\w+)`", (ROOT / "docs/reference/scenarios.md").read_text())
    there = [
        (module.name, name)
        for module in sorted(HERE.glob("test_*.py"))
        for name in re.findall(r"^def (test_o\d+b?_\w+)", module.read_text(), re.MULTILINE)
    ]
    assert sorted(told) == sorted(there)
