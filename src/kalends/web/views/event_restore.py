"""Bringing back what was deleted or archived; a question first when new invitations would go out (RULES 8.1)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.web.mail_words import mail_words
from kalends.web.reader import in_panel, is_script, reader
from kalends.web.replies import with_acts
from kalends.web.screen import screen


@screen
@require_http_methods(["GET", "POST"])
def event_restore(request: HttpRequest, event_id: str) -> HttpResponse:
    """Out of the trash."""
    return _bring_back(request, event_id, edits.restore_event)


@screen
@require_http_methods(["GET", "POST"])
def event_unarchive(request: HttpRequest, event_id: str) -> HttpResponse:
    """Out of the archive."""
    return _bring_back(request, event_id, edits.unarchive_event)


def _bring_back(request: HttpRequest, event_id: str, act: Callable[[Person, str], str]) -> HttpResponse:
    person = reader(request)
    detail = queries.event_detail(person, event_id)
    mails = edits.preview_restore(person, event_id)
    if request.method != "POST" or (mails and not request.POST.get("confirmed")):
        return render(request, "event_restore.html", {"detail": detail, "mails": mails})
    standing = act(person, event_id)
    if not in_panel(request) and not is_script(request):
        return redirect("event", standing)
    said = f"“{detail.event.subject or 'No subject'}” is back. {mail_words(mails) if mails else ''}".strip()
    return with_acts(HttpResponse(), said)
