"""Serve scripts, styles and fonts, by WhiteNoise's table of files and its headers.

Its own middleware is synchronous: all pages below it would be pushed into threads, and each file streamed through one.
Our files are small, so here they are read whole, and what is not a file goes on as it came.
"""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from whitenoise.middleware import WhiteNoiseMiddleware

Middleware = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def static_files(get_response: Callable[[HttpRequest], Any]) -> Middleware:
    """Answer requests for known files; pass on all others."""
    files = WhiteNoiseMiddleware(get_response).files

    def at_once(request: HttpRequest) -> HttpResponseBase:
        found = files.get(request.path_info)
        answer: HttpResponseBase = get_response(request) if found is None else _content(found, request)
        return answer

    async def awaited(request: HttpRequest) -> HttpResponseBase:
        found = files.get(request.path_info)
        answer: HttpResponseBase = await get_response(request) if found is None else _content(found, request)
        return answer

    return awaited if iscoroutinefunction(get_response) else at_once


def _content(found: Any, request: HttpRequest) -> HttpResponse:
    """The file as WhiteNoise would send it: whole, in part, or not at all because the browser has it."""
    answer = found.get_response(request.method, request.META)
    body = b""
    if answer.file is not None:
        with answer.file as file:
            body = file.read()
    return HttpResponse(body, status=int(answer.status), headers=dict(answer.headers))
