"""Make the virtual environment and what belongs to it: ``python3 tools/set_up.py run`` or ``… test``.

Needs Python 3.11 with its standard library, nothing else, and does nothing when all is up to date (a stamp in ``.venv``
holds a digest of the files that decide). Packages come by their hashes from ``requirements*.lock``; where they come
from is up to the machine's configuration of pip and npm. The order: environment, uv, packages, Kalends itself with its
page's assets, and for the tests a Chromium.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
LOCKS = {
    "run": ("requirements.lock", "requirements-build.lock"),
    "test": ("requirements-dev.lock",),
}
PIP_IN_WORDS_OF_UV = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

LIBICAL_CHECK = "gi.require_version('ICalGLib', '3.0')"
LIBICAL_PACKAGES = ("python3-gi", "gir1.2-ical-3.0")
ON_EVERY_MACHINE = {"python3", "libc6", "libgcc-s1", "tzdata"}


def main() -> None:
    purpose = sys.argv[1]
    if sys.version_info < OLDEST_PYTHON:
        stop(
            "Kalends needs Python 3.11 or newer; this is {}.{}. Try: make PYTHON=python3.12 …".format(*sys.version_info)
        )
    stamp = VENV / f"{purpose}.stamp"
    digest = digest_of(purpose)
    if not stamp.exists() or stamp.read_text() != digest:
        make_environment()
        install_packages(purpose)
        stamp.write_text(digest)
    run(PYTHON, ROOT / "hatch_build.py")
    if purpose == "test":
        provide_browser()
        provide_libical()


def digest_of(purpose: str) -> str:
    """What the environment depends on, in one word."""
    files = [*LOCKS[purpose], "pyproject.toml"]
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in files) + sys.version.encode()).hexdigest()


def make_environment() -> None:
    """Make ``.venv`` with uv and what else builds Kalends, by whatever this machine has: ensurepip, pip or uv."""
    if not working(PYTHON, "-c", "pass"):
        say("Making a virtual environment in .venv")
        without_pip = [] if importlib.util.find_spec("ensurepip") else ["--without-pip"]
        run(sys.executable, "-m", "venv", "--clear", *without_pip, VENV)
    if working(PYTHON, "-m", "uv", "--version"):
        return
    pinned = ("-qq", "--require-hashes", f"--requirement={ROOT / 'requirements-build.lock'}")
    if working(PYTHON, "-m", "pip", "--version"):
        run(PYTHON, "-m", "pip", "install", *pinned)
    elif working(sys.executable, "-m", "pip", "--version"):
        run(sys.executable, "-m", "pip", "--python", PYTHON, "install", *pinned)
    elif uv := shutil.which("uv"):
        run(uv, "pip", "install", "--python", PYTHON, *pinned)
    else:
        shutil.rmtree(VENV)
        stop("This Python cannot install packages. On Debian and Ubuntu: apt-get install python3-venv, then try again.")


def install_packages(purpose: str) -> None:
    """Everything pinned, then Kalends itself from this folder."""
    say("Installing the pinned packages")
    locks = [f"--requirements={ROOT / lock}" for lock in LOCKS[purpose]]
    os.environ.update(package_source())
    uv = (PYTHON, "-m", "uv", "pip", "install", "-q", "--python", PYTHON)
    run(*uv, "--require-hashes", *locks)
    say("Building the page's assets")
    run(*uv, "--no-deps", "--no-build-isolation", "-e", ROOT)


def provide_browser() -> None:
    """A Chromium for the browser tests: the machine's, else Playwright's, else Debian's."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    installed = VENV / "browser.stamp"
    if installed.exists():
        return
    say("Installing Chromium for the browser tests")
    if working(PYTHON, "-m", "playwright", "install", "chromium"):
        installed.touch()
    elif os.geteuid() == 0 and shutil.which("apt-get"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
    else:
        stop("The browser tests need Chromium: install it (apt-get install chromium), then try again.")


def provide_libical() -> None:
    """Libical with its binding for the system's Python, an oracle of the tests: installed as root, else unpacked."""
    unpacked = VENV / "libical"
    if unpacked.exists() or working("/usr/bin/python3", "-c", f"import gi; {LIBICAL_CHECK}"):
        return
    say("Installing libical, which the tests compare with")
    if not shutil.which("apt-get"):
        stop("The tests compare with libical: install its GObject binding for /usr/bin/python3, then try again.")
    if os.geteuid() == 0:
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *LIBICAL_PACKAGES)
        return
    packages = VENV / "packages"
    packages.mkdir(exist_ok=True)
    answer = subprocess.run(["apt-get", "download", "-qq", *with_what_they_need()], cwd=packages, check=False)
    if answer.returncode != 0:
        stop(f"The tests compare with libical: apt-get install {' '.join(LIBICAL_PACKAGES)}, then try again.")
    for package in packages.glob("*.deb"):
        run("dpkg", "-x", package, unpacked)


def with_what_they_need() -> list[str]:
    """Libical's packages and those that they depend on, two steps deep, without what every machine has."""
    names = set(LIBICAL_PACKAGES)
    for _ in range(2):
        told = subprocess.run(["apt-cache", "depends", *names], capture_output=True, text=True, check=False).stdout
        lines = [line for line in told.splitlines() if "Depends:" in line and "<" not in line]
        names |= {line.split()[-1] for line in lines} - ON_EVERY_MACHINE
    return sorted(names)


def package_source() -> dict[str, str]:
    """Where pip is told to look and whom to trust, in the words of uv, which does not read pip's configuration."""
    answer = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    told = {}
    for line in answer.stdout.splitlines():
        name, _, value = line.partition("=")
        variable = PIP_IN_WORDS_OF_UV.get(name.rpartition(".")[2])
        if variable and variable not in os.environ:
            told[variable] = value.strip("'\"")
    return told


def working(*command: str | Path) -> bool:
    try:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def run(*command: str | Path) -> None:
    answer = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    if answer.returncode != 0:
        stop(f"This failed: {' '.join(map(str, command))}")


def say(words: str) -> None:
    print(f"· {words}", flush=True)


def stop(words: str) -> None:
    print(words, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
