"""Telling people of a change that was made in Outlook alone, by a press and with its forecast (RULES 9.2)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kalends.calendars import edits, queries
from kalends.web.mail_words import mail_words
from kalends.web.reader import in_panel, reader
from kalends.web.replies import with_acts
from kalends.web.screen import refused, screen
from kalends.web.views.event import event_part


@screen
@require_http_methods(["GET", "POST"])
def event_tell(request: HttpRequest, event_id: str) -> HttpResponse:
    """The question; posted, Kalends mails those who do not know."""
    detail = queries.event_detail(reader(request), event_id)
    mails = edits.preview_tell(reader(request), event_id)
    if not mails:
        return refused(request, "Everybody knows how this meeting stands.")
    if request.method != "POST":
        template = "event_tell_panel.html" if in_panel(request) else "event_tell.html"
        return render(request, template, {"detail": detail, "mails": mails})
    edits.tell_people(reader(request), event_id)
    if not in_panel(request):
        return redirect("event", event_id)
    return with_acts(event_part(request, event_id), mail_words(mails))
