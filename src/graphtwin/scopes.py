"""Scopes: what a client asks for, in short or long spelling, and what an administrator must grant (FACTS.md §15,
§23.3).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from graphtwin.aadsts import LoginError

OIDC_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
ADMIN_SCOPES = frozenset({"User.Read.All", "Place.Read.All", "Directory.Read.All", "Group.Read.All"})
GRAPH_RESOURCE = "https://graph.microsoft.com"
_PERMISSION = re.compile(r"[A-Z][A-Za-z]*(\.[A-Za-z-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Scopes as asked: `spelled` in the client's words, `oidc` and `graph` as short names; `default`: …/.default."""

    spelled: tuple[str, ...]
    oidc: frozenset[str]
    graph: frozenset[str]
    default: bool


def parse(scope: str, origins: Collection[str] = ()) -> Asked:
    """Read a scope parameter; `origins` are further names of Graph. Raises LoginError for an unknown resource."""
    spelled = tuple(scope.split())
    graph: set[str] = set()
    for each in spelled:
        if each not in OIDC_SCOPES:
            resource, name = _split(each)
            if resource.rstrip("/") not in {GRAPH_RESOURCE, *origins}:
                raise LoginError(28000, f"Resource '{resource}' is not known.")
            if name != ".default" and not _PERMISSION.fullmatch(name):
                raise LoginError(70011, f"Scope '{each}' does not exist.")
            graph.add(name)
    default = ".default" in graph
    if default and len(graph) > 1:
        raise LoginError(70011, ".default cannot be combined with other scopes of its resource.")
    return Asked(
        spelled=spelled,
        oidc=frozenset(spelled) & OIDC_SCOPES,
        graph=frozenset(graph - {".default"}),
        default=default,
    )


def covered(scope: str, granted: Collection[str]) -> bool:
    """Tell whether `granted` holds the scope or one that includes it: ReadWrite ⊃ Read ⊃ ReadBasic, .All ⊃ own."""
    return scope in granted or any(wider in granted for wider in _wider(scope))


def needs_admin(graph_scopes: Collection[str]) -> frozenset[str]:
    return ADMIN_SCOPES & frozenset(graph_scopes)


def _split(scope: str) -> tuple[str, str]:
    if "://" not in scope:
        return GRAPH_RESOURCE, scope
    resource, _, name = scope.rpartition("/")
    return resource, name


def _wider(scope: str) -> list[str]:
    return {
        "Calendars.ReadBasic": ["Calendars.Read", "Calendars.ReadWrite"],
        "Calendars.Read": ["Calendars.ReadWrite"],
        "MailboxSettings.Read": ["MailboxSettings.ReadWrite"],
        "User.Read": ["User.ReadWrite", "User.Read.All"],
        "User.ReadBasic.All": ["User.Read.All"],
    }.get(scope, [])
