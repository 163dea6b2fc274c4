"""Bearer tokens of the REST API: shown once, kept as a digest only."""

import hashlib
import secrets

from django.utils import timezone

from kalends.accounts.models import ApiToken, Person

PREFIX = "kalends_"


def create_token(person: Person, label: str = "") -> str:
    """A new token; nobody can read it again later."""
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(person=person, digest=_digest(token), label=label[:100])
    return token


def person_of(token: str) -> Person | None:
    """Whose token this is; None when it is unknown or its owner may no longer sign in."""
    row = ApiToken.objects.select_related("person").filter(digest=_digest(token), person__is_active=True).first()
    if row is None:
        return None
    ApiToken.objects.filter(pk=row.pk).update(last_used=timezone.now())
    return row.person


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
