"""Kalends' own mails, for administrators; without a mail server, those it would send (FEATURES 5.5)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kalends.mailboxes import delivery, mail_queries
from kalends.web.screen import administration

STATES = {
    "waiting": "waits to be sent",
    "kept": "kept here",
    "sent": "sent",
    "failed": "refused",
    "dropped": "not sent",
}


@administration
@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """What went out and what came in, latest first."""
    rows = [(view, STATES[view.state]) for view in mail_queries.outgoing()]
    context = {"rows": rows, "incoming": mail_queries.incoming(), "has_server": mail_queries.has_server()}
    return render(request, "mails.html", context)


@administration
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """One mail as its reader gets it; posted, it is sent or kept from being sent."""
    text = mail_queries.mail_text(mail_id)
    if text is None:
        raise Http404("There is no such mail.")
    if request.method == "POST":
        act = delivery.send_again if request.POST.get("act") == "send" else delivery.drop
        act(mail_id)
        return redirect("mails")
    return render(request, "mail.html", {"text": text, "view": text.view, "state": STATES[text.view.state]})
