"""Who calls: the owner of the bearer token; `kalends create-token` makes one."""

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from kalends.accounts.models import Person
from kalends.accounts.tokens import person_of


class Bearer(HttpBearer):
    """`Authorization: Bearer kalends_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:  # noqa: ARG002 -- ninja's signature
        return person_of(token)


def caller(request: HttpRequest) -> Person:
    """The person whose token was sent; every operation is behind `Bearer`."""
    person: Person = request.auth  # type: ignore[attr-defined] # set by ninja from Bearer.authenticate
    return person


def administrator(request: HttpRequest) -> Person:
    """The caller, who must be an administrator."""
    person = caller(request)
    if not person.is_administrator:
        raise HttpError(403, "Only administrators may do this.")
    return person
