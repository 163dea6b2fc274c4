"""Server-sent events: a page hears of changes in its own calendars, and of no others."""

import asyncio

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory

from kalends.accounts.models import Person
from kalends.calendars.history import announce
from kalends.web.changes import Changes
from kalends.web.views.changes_stream import changes_stream


def _announce(*people: int) -> None:
    announce(people)
    connection.close()


async def _heard_by(person: int, *announced: int) -> bytes:
    """What a page of `person` hears after its greeting, when changes of `announced` are committed one by one."""
    stream = Changes().stream(person)
    await anext(stream)
    following = asyncio.ensure_future(anext(stream))
    heard = b""
    for _ in range(100):
        for somebody in announced:
            await asyncio.to_thread(_announce, somebody)
        done, _ = await asyncio.wait([following], timeout=0.05)
        if done:
            heard = following.result()
            break
    following.cancel()
    return heard


@pytest.mark.django_db(transaction=True)
def test_it_tells_a_page_that_something_changed() -> None:
    assert asyncio.run(_heard_by(7, 8, 7)) == b"event: change\ndata: {}\n\n"


@pytest.mark.django_db(transaction=True)
def test_it_refuses_who_is_not_signed_in() -> None:
    request = RequestFactory().get("/changes/stream")

    async def nobody() -> AnonymousUser:
        return AnonymousUser()

    request.auser = nobody
    assert asyncio.run(changes_stream(request)).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_it_is_a_stream_that_nothing_keeps(alice: Person) -> None:
    request = RequestFactory().get("/changes/stream")

    async def person() -> Person:
        return alice

    request.auser = person
    answer = asyncio.run(changes_stream(request))

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/event-stream", "no-cache")
