"""The trash."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kalends.calendars import queries
from kalends.web.reader import reader
from kalends.web.screen import screen


@screen
@require_GET
def trash(request: HttpRequest) -> HttpResponse:
    """What was deleted on either side, to be restored."""
    return render(request, "trash.html", {"entries": queries.trash(reader(request))})
