"""Whose mailbox it is, by Graph's own word (RULES 1.3)."""

from dataclasses import dataclass

from kalends.graph import wire
from kalends.graph.client import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The account behind a token; `address` is where mail for this mailbox goes."""

    address: str
    user_name: str
    name: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address this account is known by."""
        return tuple(dict.fromkeys(text for text in (self.address, self.user_name) if "@" in text))


def read_owner(graph: Graph) -> Owner:
    """Ask Graph who we are."""
    me = graph.get(wire.Person, "/me?$select=id,displayName,mail,userPrincipalName")
    user_name = me.user_principal_name or ""
    return Owner(address=me.mail or user_name, user_name=user_name, name=me.display_name or "")
