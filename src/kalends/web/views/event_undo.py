"""Undoing one act of an event's history; a question first when that mails somebody (FEATURES 5.4, 6.1)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kalends.calendars import edits, queries
from kalends.web.mail_words import mail_words
from kalends.web.reader import in_panel, is_script, reader
from kalends.web.replies import with_acts
from kalends.web.screen import screen


@screen
@require_http_methods(["GET", "POST"])
def event_undo(request: HttpRequest, event_id: str, edit: UUID) -> HttpResponse:
    """What the act changed gets its value of before, as a new edit."""
    person = reader(request)
    mails = edits.preview_undo(person, event_id, str(edit))
    if request.method != "POST" or (mails and not request.POST.get("confirmed")):
        act = next((each for each in queries.history(person, event_id) if each.edit == str(edit)), None)
        asked = {"detail": queries.event_detail(person, event_id), "act": act, "mails": mails}
        return render(request, "event_undo.html", asked)
    standing = edits.undo(person, event_id, str(edit))
    if not in_panel(request) and not is_script(request):
        return redirect("event", standing)
    return with_acts(HttpResponse(), f"Undone. {mail_words(mails) if mails else ''}".strip())
