"""Answering an invitation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kalends.calendars import edits
from kalends.domain.attendee import Partstat
from kalends.web.mail_words import mail_words
from kalends.web.reader import in_panel, reader
from kalends.web.replies import with_acts
from kalends.web.screen import refused, screen
from kalends.web.views.event import event_part

SAID = {
    Partstat.ACCEPTED: "Accepted.",
    Partstat.TENTATIVE: "Answered “maybe”.",
    Partstat.DECLINED: "Declined.",
}


@screen
@require_POST
def event_respond(request: HttpRequest, event_id: str) -> HttpResponse:
    """Give the answer of the button that was pressed, with its comment, with or without telling the organizer."""
    partstat = next((each for each in SAID if each.value == request.POST.get("partstat")), None)
    if partstat is None:
        return refused(request, "Choose Accept, Maybe or Decline.")
    send = request.POST.get("send") == "1"
    mails = edits.preview_respond(reader(request), event_id, send=send)
    edits.respond(reader(request), event_id, partstat, request.POST.get("comment", "")[:10_000], send=send)
    if not in_panel(request):
        return redirect("event", event_id)
    said = f"{SAID[partstat]} {mail_words(mails) if mails else ''}".strip()
    return with_acts(event_part(request, event_id), said)
