"""One's own Outlook connection: the state line and what can be pressed there (RULES §14)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kalends.mailboxes import connect, presence, queries
from kalends.mailboxes.views import SyncKind, SyncState
from kalends.web.reader import in_panel, reader
from kalends.web.replies import with_acts
from kalends.web.screen import screen

SIGNS = {
    SyncKind.IN_SYNC: ("circle-check", "good"),
    SyncKind.WAITING: ("clock-pause", "wait"),
    SyncKind.NEEDS_YOU: ("alert-triangle", "wrong"),
    SyncKind.LOST: ("plug-connected-x", "wrong"),
    SyncKind.PAUSED: ("player-pause", "wait"),
    SyncKind.STOPPED: ("player-pause", ""),
    SyncKind.SWITCHED_OFF: ("player-pause", ""),
    SyncKind.CONSENTED: ("plug-connected", "wait"),
}
RUNNING = frozenset({SyncKind.IN_SYNC, SyncKind.WAITING, SyncKind.NEEDS_YOU, SyncKind.SWITCHED_OFF})


@screen
@require_GET
def outlook_state(request: HttpRequest) -> HttpResponse:
    """The line in the rail; asking for it tells that the calendar is open (RULES 16.2)."""
    presence.note_open_page(reader(request))
    return _line(request)


@screen
@require_GET
def outlook_mine(request: HttpRequest) -> HttpResponse:
    """The same at length, among the settings."""
    state = queries.sync_state(reader(request))
    return render(request, "outlook_mine.html", state_context(state))


@screen
@require_POST
def outlook_sync_now(request: HttpRequest) -> HttpResponse:
    """A round as soon as a worker is free."""
    connect.sync_now(reader(request))
    if not in_panel(request):
        return redirect("outlook_mine")
    return with_acts(_line(request), "Asking Outlook for changes.", changed=False)


@screen
@require_http_methods(["GET", "POST"])
def outlook_stop(request: HttpRequest) -> HttpResponse:
    """What stopping means; posted, it is done."""
    if request.method == "POST":
        connect.stop(reader(request))
        return redirect("outlook_mine")
    return render(request, "outlook_stop.html", state_context(queries.sync_state(reader(request))))


@screen
@require_GET
def outlook_mails(request: HttpRequest) -> HttpResponse:
    """Every mail that an edit made here caused Outlook to send (FEATURES 5.5)."""
    return render(request, "outlook_mails.html", {"mails": queries.mails(reader(request))})


def state_context(state: SyncState) -> dict[str, object]:
    """The line's words and sign."""
    name, kind = SIGNS.get(state.kind, ("plug-connected", ""))
    return {"state": state, "sign": name, "sign_kind": kind, "runs": state.kind in RUNNING, "kind": state.kind.value}


def _line(request: HttpRequest) -> HttpResponse:
    return render(request, "outlook_state.html", state_context(queries.sync_state(reader(request))))
