"""One event: its own page, and the panel beside the calendar."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kalends.calendars import edits, queries
from kalends.calendars.views import EventDetail, ParticipantView, Relation, Verb
from kalends.domain.attendee import Partstat
from kalends.domain.event import Scheduler, Sensitivity, ShowAs
from kalends.web.event_looks import OWN_HUE, hue_of, person_hue
from kalends.web.forms import event as choices
from kalends.web.reader import reader
from kalends.web.screen import screen

ANSWERS = [(Partstat.ACCEPTED, "Accept"), (Partstat.TENTATIVE, "Maybe"), (Partstat.DECLINED, "Decline")]


@screen
@require_GET
def event(request: HttpRequest, event_id: str) -> HttpResponse:
    """The page with an address of its own, with the event's history."""
    detail = queries.event_detail(reader(request), event_id)
    told = queries.history(reader(request), event_id) if detail.relation is not Relation.COLLEAGUE else []
    untold = edits.preview_tell(reader(request), event_id)
    return render(request, "event.html", {**event_context(detail), "history": told, "untold": untold})


@screen
@require_GET
def event_panel(request: HttpRequest, event_id: str) -> HttpResponse:
    """The same event as a panel."""
    return event_part(request, event_id)


def event_part(request: HttpRequest, event_id: str) -> HttpResponse:
    """What the panel shows; also the answer to an edit made in it."""
    detail = queries.event_detail(reader(request), event_id)
    untold = edits.preview_tell(reader(request), event_id)
    return render(request, "event_panel.html", {**event_context(detail), "untold": untold})


def event_context(detail: EventDetail) -> dict[str, object]:
    """What templates say about an event."""
    personal = detail.personal
    others = [each for each in detail.participants if each.listed or not each.is_organizer]
    return {
        "detail": detail,
        "event": detail.event,
        "personal": personal,
        "participants": _in_order(detail.participants),
        "tally": _tally(others),
        "hue": _hue(detail),
        "may": {verb.value: True for verb in detail.may},
        "answers": ANSWERS,
        "answer": personal.answer.partstat if personal else None,
        "show_as": dict(choices.SHOW_AS)[personal.show_as] if personal else "",
        "is_busy": personal is None or personal.show_as is ShowAs.BUSY,
        "sensitivity": dict(choices.SENSITIVITY)[personal.sensitivity] if personal else "",
        "is_private": personal is not None and personal.sensitivity is not Sensitivity.NORMAL,
        "reminder": reminder_words(personal.reminder) if personal else "",
        "organizes": detail.relation is Relation.ORGANIZER,
        "is_past": detail.event.when.end_at <= timezone.now(),
        "may_invite": _may_invite(detail),
    }


def reminder_words(minutes: int | None) -> str:
    """“15 minutes before”; nothing when it is off."""
    if minutes is None:
        return ""
    return dict(choices.REMINDERS).get(str(minutes), f"{minutes} minutes before")


def _hue(detail: EventDetail) -> int:
    if detail.relation is Relation.COLLEAGUE:
        return person_hue(next((each.person_id for each in detail.participants if each.person_id), 0))
    categories = detail.personal.categories if detail.personal else ()
    return hue_of(categories[0]) if categories else OWN_HUE


def _in_order(participants: tuple[ParticipantView, ...]) -> list[ParticipantView]:
    return sorted(participants, key=lambda each: not each.is_organizer)


def _tally(people: list[ParticipantView]) -> str:
    """“2 accepted, 1 not answered”."""
    words = {
        Partstat.ACCEPTED: "accepted",
        Partstat.TENTATIVE: "maybe",
        Partstat.DECLINED: "declined",
        Partstat.NEEDS_ACTION: "not answered",
    }
    counts = {words[partstat]: sum(each.partstat is partstat for each in people) for partstat in words}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def _may_invite(detail: EventDetail) -> bool:
    """A quiet meeting can be told to those on its list, by an explicit act (RULES 2.1)."""
    quiet = detail.scheduler is Scheduler.NOBODY and bool(detail.event.attendees)
    return quiet and Verb.CHANGE in detail.may
