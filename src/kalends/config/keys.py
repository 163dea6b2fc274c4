"""The installation's secrets: Django's key and the ring of keys that encrypt tokens at rest.

They lie in one file of mode 0600 in the data folder, outside the database, so that a stolen copy of the database does
not open what it holds. The newest key of the ring encrypts; older ones still decrypt, so that keys can be changed by
adding one. The file is made at first use, whole or not at all.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kalends.config.errors import ConfigurationError

FILE_NAME = "keys.json"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Keys:
    """``ring`` maps a key's id to its 32 bytes; ``newest`` is the id of the one that encrypts."""

    secret_key: str
    ring: Mapping[str, bytes]
    newest: str


def load_or_create(data: Path) -> Keys:
    """The keys of the installation in ``data``, made if it has none yet.

    :raises ConfigurationError: the file is there but cannot be read as keys; it is never overwritten.
    """
    path = data / FILE_NAME
    if not path.exists():
        _create(path)
    try:
        return _parse(path.read_text())
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"The keys in {path} cannot be read ({error}). Restore that file from a backup."
        raise ConfigurationError(message) from error


def add_key(data: Path) -> str:
    """Put a new key at the head of the ring; from the next start on it encrypts. Returns its id."""
    path = data / FILE_NAME
    keys = load_or_create(data)
    newest = _new_id()
    ring = {**keys.ring, newest: secrets.token_bytes(KEY_BYTES)}
    _write(path.with_suffix(".new"), Keys(secret_key=keys.secret_key, ring=ring, newest=newest))
    path.with_suffix(".new").replace(path)
    return newest


def _create(path: Path) -> None:
    """Write aside, then link into place: of two processes that start at once, both end up with the keys of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first = _new_id()
    ring = {first: secrets.token_bytes(KEY_BYTES)}
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    _write(aside, Keys(secret_key=secrets.token_urlsafe(50), ring=ring, newest=first))
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()


def _write(path: Path, keys: Keys) -> None:
    ring = {key_id: base64.b64encode(key).decode() for key_id, key in keys.ring.items()}
    content = json.dumps({"secret_key": keys.secret_key, "newest": keys.newest, "ring": ring}, indent=1)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())


def _parse(text: str) -> Keys:
    content = json.loads(text)
    ring = {key_id: base64.b64decode(key, validate=True) for key_id, key in content["ring"].items()}
    keys = Keys(secret_key=content["secret_key"], ring=ring, newest=content["newest"])
    if any(len(key) != KEY_BYTES for key in ring.values()) or keys.newest not in ring:
        message = "the ring is damaged"
        raise ValueError(message)
    return keys


def _new_id() -> str:
    return secrets.token_hex(4)
