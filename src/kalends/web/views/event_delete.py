"""Deleting an event: said before who is told; an attendee chooses between declining and removing (RULES 5.2)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kalends.calendars import edits, queries
from kalends.calendars.views import Relation
from kalends.web.mail_words import mail_words
from kalends.web.reader import in_panel, is_script, reader
from kalends.web.replies import tell
from kalends.web.screen import screen


@screen
@require_http_methods(["GET", "POST"])
def event_delete(request: HttpRequest, event_id: str) -> HttpResponse:
    """The question; posted, the deed."""
    person = reader(request)
    detail = queries.event_detail(person, event_id)
    decline = request.POST.get("decline") == "1"
    if request.method != "POST":
        asked = {
            "detail": detail,
            "organizes": detail.relation is Relation.ORGANIZER,
            "mails": edits.preview_delete(person, event_id),
            "decline_mails": edits.preview_delete(person, event_id, decline=True),
        }
        return render(request, "event_delete_panel.html" if in_panel(request) else "event_delete.html", asked)
    mails = edits.preview_delete(person, event_id, decline=decline)
    edits.delete_event(person, event_id, decline=decline)
    said = f"“{detail.event.subject or 'No subject'}” is in the trash. {mail_words(mails) if mails else ''}".strip()
    if not in_panel(request) and not is_script(request):
        return redirect("calendar")
    return tell(said, undo="" if mails else reverse("event_restore", args=[event_id]))
