"""The limits of the style: small rooms, honest names, no hidden cycles, nothing of this or that machine.

What exceeds a limit is named with its place. Exceptions are listed here, each with its reason, and one that is
no longer needed is an error too.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FUNCTION = 50
LONGEST_MODULE = 400
MOST_POSITIONAL = 5

FORBIDDEN_NAMES = re.compile(r"^(utils?|helpers?|common|managers?|misc|base|core|handle_\w+|process_\w+)$")
NAMES_OF_OTHERS = {
    "process_response": "Django calls a middleware's method by this name",
    "process_request": "Django calls a middleware's method by this name",
    "handle_endtag": "html.parser calls a parser's method by this name",
    "handle_starttag": "html.parser calls a parser's method by this name",
    "handle_data": "html.parser calls a parser's method by this name",
}
IMPORTS_INSIDE_FUNCTIONS: dict[str, str] = {
    "src/graphtwin/pytest_plugin.py": "pytest loads it at every start; the server only when a test asks for one",
}
GENERATED = {"src/kalends/graph/windows_zones.py": "a table with its source, version and generator named"}
FORBIDDEN_TEXT = {
    "a path of one machine": re.compile(r"(?<![\w./-])/(?:work|root|home/\w+)/"),
    "unfinished work": re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplementedError"),
    "a package registry's address": re.compile(r"https?://[\w.-]*(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com))"),
}
TEXT_SUFFIXES = {".py", ".md", ".toml", ".ts", ".css", ".html", ".json", ".lock", ".txt", ".cfg", ".yml", ".sh", ""}


def _tracked() -> list[str]:
    """What git knows, and what it would know after the next ``git add``."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(name for name in set(listed.stdout.splitlines()) if (ROOT / name).is_file())


TRACKED = _tracked()
MODULES = [name for name in TRACKED if name.endswith(".py") and "/migrations/" not in name]
PRODUCT = [name for name in MODULES if name.startswith("src/")]
TEXTS = [name for name in TRACKED if Path(name).suffix in TEXT_SUFFIXES and name != "tests/test_tidy.py"]


def _tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(), name)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_it_keeps_modules_short() -> None:
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name in MODULES}
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE and name not in GENERATED} == {}


def test_it_keeps_functions_short() -> None:
    too_long = {
        f"{name}:{function.lineno} {function.name}": length
        for name in MODULES
        for function in _functions(_tree(name))
        if (length := (function.end_lineno or function.lineno) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert too_long == {}


def test_it_takes_few_positional_parameters() -> None:
    too_many = {
        f"{name}:{function.lineno} {function.name}": count
        for name in PRODUCT
        for function in _functions(_tree(name))
        if (count := len([a for a in function.args.posonlyargs + function.args.args if a.arg not in {"self", "cls"}]))
        > MOST_POSITIONAL
    }
    assert too_many == {}


def test_it_avoids_names_that_say_nothing() -> None:
    files = [name for name in MODULES if any(FORBIDDEN_NAMES.match(part) for part in Path(name).with_suffix("").parts)]
    functions = [
        f"{name}:{function.lineno} {function.name}"
        for name in PRODUCT
        for function in _functions(_tree(name))
        if FORBIDDEN_NAMES.match(function.name) and function.name not in NAMES_OF_OTHERS
    ]
    assert files + functions == []


def test_it_hides_no_cycles_by_imports_inside_functions() -> None:
    found = {
        name
        for name in PRODUCT
        for function in _functions(_tree(name))
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    }
    assert found == set(IMPORTS_INSIDE_FUNCTIONS)


@pytest.mark.parametrize("what", FORBIDDEN_TEXT)
def test_it_commits_nothing_that(what: str) -> None:
    pattern = FORBIDDEN_TEXT[what]
    found = [
        f"{name}:{number} {line.strip()[:80]}"
        for name in TEXTS
        for number, line in enumerate((ROOT / name).read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_the_core_takes_the_time_as_an_argument() -> None:
    clock = re.compile(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(")
    core = [name for name in PRODUCT if name.startswith(("src/kalends/domain/", "src/kalends/sync/"))]
    assert [name for name in core if clock.search((ROOT / name).read_text())] == []


def test_tests_are_neither_skipped_nor_expected_to_fail() -> None:
    excuse = re.compile(r"pytest\.(?:skip|xfail|mark\.skip|mark\.xfail|importorskip)|unittest\.skip")
    tests = [name for name in MODULES if name.startswith("tests/") and name != "tests/test_tidy.py"]
    assert [name for name in tests if excuse.search((ROOT / name).read_text())] == []


def _pins(lock: Path) -> dict[str, set[str]]:
    """Versions by package; several where the Python version decides."""
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(), re.MULTILINE):
        pins.setdefault(name, set()).add(version)
    return pins


def test_the_locks_agree_with_one_another() -> None:
    development = _pins(ROOT / "requirements-dev.lock")
    others = [*_pins(ROOT / "requirements.lock").items(), *_pins(ROOT / "requirements-build.lock").items()]
    assert [(name, versions) for name, versions in others if development.get(name) != versions] == []


def test_the_locks_name_no_place() -> None:
    assert [lock.name for lock in ROOT.glob("requirements*.lock") if "://" in lock.read_text()] == []
    assert "resolved" not in (ROOT / "frontend" / "package-lock.json").read_text()
