"""Archiving: an ended event rests here, a coming one is cancelled, which is said before (RULES 8.2)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kalends.calendars import edits, queries
from kalends.web.mail_words import mail_words
from kalends.web.reader import in_panel, reader
from kalends.web.replies import tell
from kalends.web.screen import screen


@screen
@require_http_methods(["GET", "POST"])
def event_archive(request: HttpRequest, event_id: str) -> HttpResponse:
    """Put an event away; asked first when that cancels a meeting."""
    detail = queries.event_detail(reader(request), event_id)
    mails = edits.preview_archive(reader(request), event_id)
    if request.method != "POST":
        asked = {"detail": detail, "mails": mails}
        return render(request, "event_archive_panel.html" if in_panel(request) else "event_archive.html", asked)
    edits.archive_event(reader(request), event_id)
    if not in_panel(request):
        return redirect("archive")
    said = f"“{detail.event.subject or 'No subject'}” is in the archive. {mail_words(mails) if mails else ''}".strip()
    return tell(said, undo="" if mails else reverse("event_unarchive", args=[event_id]))
