"""Everybody's Outlook connection, for administrators: pause and resume, one or all (RULES 14.2)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from kalends.accounts.models import Person
from kalends.mailboxes import pausing
from kalends.mailboxes.views import SyncKind
from kalends.web.reader import reader
from kalends.web.screen import administration

PAUSABLE = frozenset({SyncKind.IN_SYNC, SyncKind.WAITING, SyncKind.NEEDS_YOU, SyncKind.SWITCHED_OFF})


@administration
@require_GET
def people_sync(request: HttpRequest) -> HttpResponse:
    """Who is connected, and how it stands."""
    states = pausing.connections()
    people = [
        {"person": person, "state": states[person.pk], "may_pause": states[person.pk].kind in PAUSABLE}
        for person in Person.objects.filter(pk__in=states)
    ]
    return render(request, "people_sync.html", {"people": people, "all_paused": pausing.everybody_is_paused()})


@administration
@require_POST
def people_sync_all(request: HttpRequest) -> HttpResponse:
    """Pause or resume everybody."""
    act = pausing.pause_everybody if request.POST.get("act") == "pause" else pausing.resume_everybody
    act(reader(request))
    return redirect("people_sync")


@administration
@require_POST
def person_sync(request: HttpRequest, person_id: int) -> HttpResponse:
    """Pause one person with a reason, or resume."""
    somebody = get_object_or_404(Person, pk=person_id)
    if request.POST.get("act") == "pause":
        pausing.pause_person(reader(request), somebody, request.POST.get("reason", ""))
    else:
        pausing.resume_person(reader(request), somebody)
    return redirect("people_sync")
