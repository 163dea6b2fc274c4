"""The caller, and the people who can be invited."""

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError

from kalends.api.callers import caller
from kalends.api.replies import PersonReply, Problem
from kalends.calendars import queries

router = Router(tags=["people"])


class MeReply(Schema):
    """Whose token this is."""

    address: str
    name: str
    time_zone: str
    is_administrator: bool


@router.get("/me", response=MeReply, operation_id="me")
def me(request: HttpRequest) -> MeReply:
    """The owner of the token."""
    person = caller(request)
    return MeReply(
        address=person.email,
        name=person.name,
        time_zone=person.time_zone,
        is_administrator=person.is_administrator,
    )


@router.get("/contacts", response={200: list[PersonReply], 422: Problem}, operation_id="contacts")
def contacts(request: HttpRequest, text: str = "") -> list[PersonReply]:
    """People whose name or address contains the text: colleagues, saved contacts, people met in events."""
    if "\x00" in text:
        raise HttpError(422, "A NUL character cannot be searched for.")
    found = queries.contacts(caller(request), text[:200])
    return [PersonReply(address=each.address, name=each.name) for each in found]
