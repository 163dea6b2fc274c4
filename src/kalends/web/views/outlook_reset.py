"""Resetting one's Outlook connection: choose, see what would happen, do it (RULES 14.6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from kalends.mailboxes import reset as resetting
from kalends.mailboxes.rehearsal import ChangedMeanwhile
from kalends.sync.reset import Events, Shown
from kalends.web.reader import reader
from kalends.web.screen import screen

CHOICES = {
    Events.LEAVE: ("Leave every event where it is", "Both calendars keep what they have."),
    Events.REMOVE_FROM_OUTLOOK: (
        "Remove from Outlook what Kalends wrote there",
        "Only copies without other people, unchanged since. They lie in Outlook's Deleted Items, and stay here.",
    ),
    Events.REMOVE_HERE: (
        "Remove here what came from Outlook",
        "Only events that nobody here edited or takes part in. They lie in the trash, and stay in Outlook.",
    ),
}


@screen
@require_http_methods(["GET", "POST"])
def outlook_reset(request: HttpRequest) -> HttpResponse:
    """What the chosen reset would do; posted, what it did."""
    person = reader(request)
    asked = request.POST if request.method == "POST" else request.GET
    events = next((each for each in Events if each.value == asked.get("events")), Events.LEAVE)
    if request.method != "POST":
        return _page(request, resetting.rehearse_reset(person, events))
    try:
        done = resetting.reset(person, events, request.POST.get("digest", ""))
    except ChangedMeanwhile as refusal:
        return _page(request, resetting.rehearse_reset(person, events), refusal.words)
    return render(request, "outlook_reset_done.html", {"shown": done, "sentence": sentence(done)})


def sentence(shown: Shown) -> str:
    """What a reset does, in words."""
    links = f"end {_counted(shown.links, 'link')}"
    going = len(shown.going)
    if shown.events is Events.LEAVE:
        return f"{links} and leave every event where it is"
    if shown.events is Events.REMOVE_FROM_OUTLOOK:
        return f"{links} and move {_counted(going, 'copy', 'copies')} to Outlook's Deleted Items"
    return f"{links} and move {_counted(going, 'event')} to the trash here"


def _page(request: HttpRequest, shown: Shown, notice: str = "") -> HttpResponse:
    choices = [
        {"value": events.value, "title": title, "help": words, "chosen": events is shown.events}
        for events, (title, words) in CHOICES.items()
    ]
    context = {"shown": shown, "choices": choices, "sentence": sentence(shown), "notice": notice}
    return render(request, "outlook_reset.html", context)


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
