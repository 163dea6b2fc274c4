"""What waits for the person: each with its reason and what may be pressed (RULES 5.4, 16.3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kalends.mailboxes import connect, queries
from kalends.mailboxes.views import HeldView
from kalends.sync.records import Choice, HoldKind
from kalends.web.reader import reader
from kalends.web.screen import refused, screen

BUTTONS = {
    Choice.RETRY: "Try again",
    Choice.APPLY: "Do it",
    Choice.KEEP_HERE: "Keep here",
    Choice.KEEP_IN_OUTLOOK: "Keep in Outlook",
    Choice.DISMISS: "Leave it as it is",
}
OF_DELETIONS = {
    Choice.APPLY: "Delete them all",
    Choice.KEEP_HERE: "Keep them here",
    Choice.KEEP_IN_OUTLOOK: "Keep them in Outlook",
}


@screen
@require_GET
def outlook_held(request: HttpRequest) -> HttpResponse:
    """The list, with a state line of its own."""
    entries = [{"hold": hold, "buttons": _buttons(hold)} for hold in queries.held(reader(request))]
    return render(request, "outlook_held.html", {"entries": entries, "state": queries.sync_state(reader(request))})


@screen
@require_POST
def outlook_held_decide(request: HttpRequest, hold_id: int) -> HttpResponse:
    """The button that was pressed; the next round acts on it."""
    choice = next((each for each in Choice if each.value == request.POST.get("choice")), None)
    if choice is None:
        return refused(request, "Choose one of the buttons.")
    connect.decide(reader(request), hold_id, choice)
    return redirect("outlook_held")


def _buttons(hold: HeldView) -> list[tuple[str, str]]:
    """What may be pressed, with the verb that says what happens."""
    words = BUTTONS | (OF_DELETIONS if hold.kind is HoldKind.DELETIONS else {})
    return [(choice.value, words[choice]) for choice in hold.choices]
