"""The link by which somebody without an account answers: signed, one for each person and event (RULES 10.3)."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing

SALT = "kalends.invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Whom a link lets answer, and to which event."""

    event_id: str
    address: str


def answer_token(invited: Invited) -> str:
    """The part of the link that names both and cannot be made by others."""
    return signing.dumps([invited.event_id, invited.address], salt=SALT)


def answer_link(invited: Invited) -> str:
    """The whole link."""
    return f"{settings.BASE_URL}/invitations/{answer_token(invited)}"


def invited_by(token: str) -> Invited | None:
    """Whom a token names; None for one that we did not sign."""
    try:
        event_id, address = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Invited(event_id=str(event_id), address=str(address))
