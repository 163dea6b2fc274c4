"""Server-sent events: the page hears at once when something in its calendars changed."""

import asyncio
from weakref import WeakKeyDictionary

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from kalends.accounts.models import Person
from kalends.web.changes import Changes

_open: "WeakKeyDictionary[asyncio.AbstractEventLoop, Changes]" = WeakKeyDictionary()


async def changes_stream(request: HttpRequest) -> HttpResponseBase:
    """One stream per open page."""
    person = await request.auser()
    if not isinstance(person, Person):
        return HttpResponse("You are signed out. Sign in again.", status=401, content_type="text/plain; charset=utf-8")
    changes = _open.setdefault(asyncio.get_running_loop(), Changes())
    response = StreamingHttpResponse(changes.stream(person.pk), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Accel-Buffering"] = "no"
    return response
