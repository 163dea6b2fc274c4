"""What Kalends has and what Outlook has of one event, field by field (RULES 16.3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kalends.mailboxes.both_sides import BothSides, both_sides_of_event, both_sides_of_hold
from kalends.web.reader import reader
from kalends.web.screen import screen


@screen
@require_GET
def event_both(request: HttpRequest, event_id: str) -> HttpResponse:
    """Both sides of an event of one's own."""
    return _page(request, both_sides_of_event(reader(request), event_id))


@screen
@require_GET
def outlook_held_both(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Both sides of what waits."""
    return _page(request, both_sides_of_hold(reader(request), hold_id))


def _page(request: HttpRequest, both: BothSides) -> HttpResponse:
    return render(request, "both_sides.html", {"both": both, "equal": all(pair.same for pair in both.fields)})
