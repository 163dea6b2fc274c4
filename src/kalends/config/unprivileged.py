"""Run PostgreSQL although we are root, which it refuses.

Two ways, tried in this order:

1. A user namespace in which our user appears as ``nobody`` (``unshare(1)``). Files stay ours, nothing is opened up.
2. The user ``nobody`` itself, with the one capability that lets it reach folders of ours (``setpriv(1)``); the
   database's files then belong to ``nobody``. Containers often forbid the first and allow the second.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kalends.config.errors import PostgresUnavailable

NOBODY = 65534
NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
OTHER_USER = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disguise:
    """What to put before a command, and who owns the files it makes."""

    prefix: tuple[str, ...]
    owner: int


def disguise() -> Disguise:
    """The way to run a program that refuses root, for whoever we are."""
    me = os.geteuid()
    if me != 0:
        return Disguise(prefix=(), owner=me)
    if works(NAMESPACE):
        return Disguise(prefix=NAMESPACE, owner=me)
    if works(OTHER_USER):
        return Disguise(prefix=OTHER_USER, owner=NOBODY)
    message = (
        "PostgreSQL refuses to run as root, and neither a user namespace (unshare) nor another user (setpriv) can be "
        "had here. Run Kalends as an ordinary user, or point DATABASE_URL to a PostgreSQL server."
    )
    raise PostgresUnavailable(message)


def give_to(owner: int, folder: Path) -> None:
    """Make ``owner`` the owner of ``folder`` and all in it, unless it is so already."""
    if os.geteuid() != 0 or folder.stat().st_uid == owner:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)


def works(prefix: tuple[str, ...]) -> bool:
    """Whether commands can be run behind ``prefix`` here."""
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
