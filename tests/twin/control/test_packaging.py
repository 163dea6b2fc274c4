"""graphtwin as a package of its own: all it needs is in it, and nothing of Kalends."""

import ast
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src" / "graphtwin"
PROJECT = ROOT / "packaging" / "graphtwin"
NAMES_OF_IMPORTS = {"jwt": "pyjwt"}
OPTIONAL = {"pytest"}  # whoever loads the plugin has it


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("graphtwin-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_it_holds_every_file_of_the_package(unpacked: Path) -> None:
    def files(folder: Path) -> set[str]:
        return {
            str(each.relative_to(folder))
            for each in folder.rglob("*")
            if each.is_file() and "__pycache__" not in each.parts
        }

    assert files(unpacked / "graphtwin") - {"LICENSE"} == files(SOURCE)


def test_it_runs_from_the_wheel_without_kalends(unpacked: Path) -> None:
    program = (
        "import sys; from graphtwin.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "import graphtwin; print(graphtwin.__file__)\n"
        "print(sorted({'kalends', 'django', 'procrastinate', 'httpx2', 'msal'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    ended = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    *_, file, foreign = ended.stdout.splitlines()
    assert (Path(file).is_relative_to(unpacked), foreign) == (True, "[]")


def test_it_declares_what_it_imports() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {each.partition(">")[0].partition("[")[0] for each in declared} - {"tzdata"}
    imported: set[str] = set()
    for module in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Import):
                imported |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    foreign = {NAMES_OF_IMPORTS.get(each, each) for each in imported - sys.stdlib_module_names - {"graphtwin"}}
    assert foreign - OPTIONAL == names


def test_it_has_the_version_and_commands_of_the_whole() -> None:
    whole, alone = (tomllib.loads((each / "pyproject.toml").read_text())["project"] for each in (ROOT, PROJECT))
    assert alone["version"] == whole["version"]
    assert alone["scripts"].items() <= whole["scripts"].items()
    assert alone["entry-points"] == whole["entry-points"]
    assert set(alone["dependencies"]) <= set(whole["dependencies"])
