"""Undoing one act of an event's history (FEATURES 6.1)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kalends.calendars import edits
from kalends.web.reader import in_panel, is_script, reader
from kalends.web.replies import with_acts
from kalends.web.screen import screen


@screen
@require_POST
def event_undo(request: HttpRequest, event_id: str, edit: UUID) -> HttpResponse:
    """What the act changed gets its value of before, as a new edit."""
    standing = edits.undo(reader(request), event_id, str(edit))
    if not in_panel(request) and not is_script(request):
        return redirect("event", standing)
    return with_acts(HttpResponse(), "Undone.")
