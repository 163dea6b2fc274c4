"""Finding events."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kalends.calendars import queries
from kalends.web.reader import in_panel, reader
from kalends.web.screen import screen


@screen
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Events by their words; beside the calendar while somebody types, or as a page."""
    text = request.GET.get("q", "")[:200]
    found = queries.search(reader(request), text)
    return render(request, "search_panel.html" if in_panel(request) else "search.html", {"text": text, "found": found})
