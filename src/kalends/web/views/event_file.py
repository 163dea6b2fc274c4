"""One event as a file for another calendar."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kalends.calendars.queries.export import event_file as file_text
from kalends.web.reader import reader
from kalends.web.screen import screen


@screen
@require_GET
def event_file(request: HttpRequest, event_id: str) -> HttpResponse:
    """Download it."""
    text = file_text(reader(request), event_id)
    headers = {"Content-Disposition": 'attachment; filename="event.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)
