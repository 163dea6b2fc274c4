"""The rehearsal before Start: all that would happen, by the person's choices; posted, it happens (FEATURES 5.1)."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from kalends.accounts.models import Person
from kalends.mailboxes import queries, rehearsal
from kalends.mailboxes.rehearsal import BeingRead, ChangedMeanwhile, Progress
from kalends.sync.ports import Policy
from kalends.sync.rehearsal import Group, Shown
from kalends.web import rehearsal_page
from kalends.web.reader import in_panel, reader
from kalends.web.screen import screen
from kalends.web.views.outlook_connect import CAN_START

OLD = dt.timedelta(minutes=5)


@screen
@require_http_methods(["GET", "POST"])
def outlook_start(request: HttpRequest) -> HttpResponse:
    """The page, while Outlook is being read and then with what was found; or the press of Start."""
    person, policy = reader(request), rehearsal_page.chosen(request)
    if queries.sync_state(person).kind not in CAN_START:
        return redirect("outlook_mine")
    if request.method == "GET" and not in_panel(request):
        _read_if_old(person, policy)
    notice = _act(request, person, policy) if request.method == "POST" else ""
    if notice is None:
        return redirect("calendar")
    return render(request, "outlook_start.html", _page(person, policy, notice))


@screen
@require_GET
def outlook_start_rows(request: HttpRequest) -> HttpResponse:
    """The events of one group, when its number is opened."""
    group = next((each for each in Group if each.value == request.GET.get("group")), Group.LINKED)
    shown = rehearsal.rehearse(reader(request), rehearsal_page.chosen(request))
    rows = [{"row": row, "fields": rehearsal_page.field_words(row.fields)} for row in shown.rows if row.group is group]
    return render(request, "outlook_start_rows.html", {"group": group, "rows": rows})


def _act(request: HttpRequest, person: Person, policy: Policy) -> str | None:
    """Start, or read again; returns what the page has to say, None when it started."""
    if "again" in request.POST:
        rehearsal.begin(person, policy)
        return ""
    try:
        rehearsal.approve(person, policy, request.POST.get("digest", ""))
    except (ChangedMeanwhile, BeingRead) as refusal:
        return refusal.words
    return None


def _read_if_old(person: Person, policy: Policy) -> None:
    """Who opens the page sees Outlook as it is now."""
    told = rehearsal.progress(person)
    if told is None or told.problem or (told.read_at is not None and timezone.now() - told.read_at > OLD):
        rehearsal.begin(person, policy)


def _page(person: Person, policy: Policy, notice: str) -> dict[str, object]:
    shown = _shown(person, policy)
    told = rehearsal.progress(person) or Progress(ready=False, read=0, read_at=None, problem="")
    page: dict[str, object] = {
        "state": queries.sync_state(person),
        "progress": told,
        "policy": policy,
        "choices": rehearsal_page.choices(policy),
        "notice": notice,
        "shown": shown,
    }
    if shown is not None:
        page |= {
            "sentence": rehearsal_page.sentence(shown),
            "mail_sentence": rehearsal_page.mail_sentence(shown),
            "numbers": rehearsal_page.numbers(shown),
            "people": rehearsal_page.by_person(shown),
        }
    return page


def _shown(person: Person, policy: Policy) -> Shown | None:
    try:
        return rehearsal.rehearse(person, policy)
    except BeingRead:
        return None
