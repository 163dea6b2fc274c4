"""The archive."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kalends.calendars import queries
from kalends.web.reader import reader
from kalends.web.screen import screen


@screen
@require_GET
def archive(request: HttpRequest) -> HttpResponse:
    """What was put away, to be brought back."""
    return render(request, "archive.html", {"entries": queries.archive(reader(request))})
