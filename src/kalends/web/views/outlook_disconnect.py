"""Disconnecting Outlook: what waits, who is mailed, what becomes of the events; posted, it is done (RULES 2.3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kalends.mailboxes import disconnect as disconnecting
from kalends.mailboxes.rehearsal import ChangedMeanwhile
from kalends.web.reader import reader
from kalends.web.screen import screen


@screen
@require_http_methods(["GET", "POST"])
def outlook_disconnect(request: HttpRequest) -> HttpResponse:
    """The page before, or the deed."""
    person, notice = reader(request), ""
    if request.method == "POST":
        try:
            disconnecting.disconnect(person, request.POST.get("digest", ""))
        except ChangedMeanwhile as refusal:
            notice = refusal.words
        else:
            return redirect("outlook_mine")
    return render(request, "outlook_disconnect.html", {"leaving": disconnecting.what_waits(person), "notice": notice})
