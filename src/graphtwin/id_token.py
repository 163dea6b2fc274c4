"""id_tokens (FACTS.md §23.6): who signed in, for the application alone, signed with the key of `signing.py`."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from graphtwin import signing
from graphtwin.login import tenant_of

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

LIFE = timedelta(hours=1)


def issuer(twin: Twin, tenant_id: str) -> str:
    return f"{twin.tls_origin}/{tenant_id}/v2.0"


def issue(twin: Twin, app_id: str, mailbox: Mailbox, scopes: frozenset[str], *, nonce: str = "", code: str = "") -> str:
    tenant_id, now = tenant_of(twin, mailbox), int(twin.now().timestamp())
    claims: dict[str, Any] = {
        "aud": app_id,
        "iss": issuer(twin, tenant_id),
        "iat": now,
        "nbf": now,
        "exp": now + int(LIFE.total_seconds()),
        "rh": f"1.{twin.login.mint.text('rh', 30)}.",
        "sub": _pairwise(twin, app_id, mailbox),
        "tid": tenant_id,
        "uti": twin.login.mint.text("uti", 16),
        "ver": "2.0",
    }
    if nonce:
        claims["nonce"] = nonce
    if code:
        claims["c_hash"] = _half_hash(code)
    if "profile" in scopes:
        claims |= {"name": mailbox.name, "oid": mailbox.object_id, "preferred_username": mailbox.address}
    if "email" in scopes:
        claims["email"] = mailbox.address
    return signing.sign(twin.seed, claims)


def _pairwise(twin: Twin, app_id: str, mailbox: Mailbox) -> str:
    """The same person is somebody else for each application."""
    digest = hashlib.sha256(f"{twin.seed}/{app_id}/{mailbox.object_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _half_hash(text: str) -> str:
    """OpenID Connect Core 3.3.2.11: the left half of the hash."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).decode().rstrip("=")
