"""Answers to the page's own requests: what it shall do, in the header that htmx and our scripts read."""

import json
from typing import Any

from django.http import HttpResponse


def tell(words: str, *, undo: str = "", close: bool = True, changed: bool = True) -> HttpResponse:
    """An empty answer that shows a message, closes the panel and refreshes the grid."""
    response = HttpResponse(status=200)
    return with_acts(response, words, undo=undo, close=close, changed=changed)


def with_acts(
    response: HttpResponse, words: str, *, undo: str = "", close: bool = False, changed: bool = True
) -> HttpResponse:
    """The same on top of an answer that has a body."""
    acts: dict[str, Any] = {}
    if words:
        acts["toast"] = {"words": words, "undo": undo} if undo else {"words": words}
    if changed:
        acts["calendar:changed"] = {}
    if close:
        acts["panel:close"] = {}
    response.headers["HX-Trigger"] = json.dumps(acts)
    return response
