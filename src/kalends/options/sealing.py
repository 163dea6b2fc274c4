"""Secrets at rest: AES-GCM, bound to the row they belong to (DESIGN.md §8).

A sealed text is `<key id>.<base64 of nonce and ciphertext>`. The identity of its row is authenticated with it: moved to
another row, or changed in any bit, it does not open. The newest key of the ring seals, all of them open
(config/keys.py).
"""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class CannotOpen(Exception):
    """A sealed secret was damaged, moved, or sealed with a key that is not in the ring."""


def seal(text: str, identity: str) -> str:
    """`text`, readable again only as the secret of `identity`."""
    key_id = settings.KEYS.newest
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(settings.KEYS.ring[key_id]).encrypt(nonce, text.encode(), identity.encode())
    return f"{key_id}.{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, identity: str) -> str:
    """The text that was sealed for `identity`; raises CannotOpen."""
    key_id, _, encoded = sealed.partition(".")
    key = settings.KEYS.ring.get(key_id)
    if key is None:
        message = f"the secret of {identity} was sealed with a key this installation does not have"
        raise CannotOpen(message)
    try:
        content = base64.b64decode(encoded, validate=True)
        return AESGCM(key).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], identity.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        message = f"the secret of {identity} cannot be opened; it was damaged or belongs to another row"
        raise CannotOpen(message) from error
