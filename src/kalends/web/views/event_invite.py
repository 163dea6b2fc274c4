"""Telling the people of a quiet meeting about it, by an explicit act with its forecast (RULES 2.1, 2.3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kalends.calendars import edits, queries
from kalends.calendars.views import Verb
from kalends.domain.scheduling import mails_of_create
from kalends.web.mail_words import mail_words
from kalends.web.reader import in_panel, reader
from kalends.web.replies import with_acts
from kalends.web.screen import refused, screen
from kalends.web.views.event import event_part


@screen
@require_http_methods(["GET", "POST"])
def event_invite(request: HttpRequest, event_id: str) -> HttpResponse:
    """The question; posted, Outlook invites everybody on the list."""
    detail = queries.event_detail(reader(request), event_id)
    if Verb.CHANGE not in detail.may:
        return refused(request, detail.why_not or "Only its organizer can invite people.")
    mails = mails_of_create(detail.event.attendees)
    if request.method != "POST":
        template = "event_invite_panel.html" if in_panel(request) else "event_invite.html"
        return render(request, template, {"detail": detail, "mails": mails})
    edits.invite_through_outlook(reader(request), event_id)
    if not in_panel(request):
        return redirect("event", event_id)
    return with_acts(event_part(request, event_id), mail_words(mails))
