"""The pages say what is so: generated ones are up to date, links lead somewhere, every command has its words."""

import re
from pathlib import Path

import pytest

from tools import write_reference

ROOT = Path(__file__).parent.parent
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
DECISION = re.compile(r"\d{4}-[a-z0-9-]+\.md")


def test_generated_pages_follow_their_declarations() -> None:
    stale = [path.name for path, text in write_reference.pages() if not path.exists() or path.read_text() != text]
    assert stale == [], "make docs writes them anew"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text())]
    missing = [
        t for t in targets if t and "://" not in t and not t.startswith("mailto:") and not (page.parent / t).exists()
    ]
    assert missing == []


def test_decisions_are_numbered_and_short() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [record.name for record in records if not DECISION.fullmatch(record.name)] == []
    assert [record.name for record in records if len(record.read_text().splitlines()) > 30] == []
    assert len({record.name[:4] for record in records}) == len(records)
