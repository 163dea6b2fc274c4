"""Dragging and resizing: at once when nobody is mailed, after a question when somebody is."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from kalends.calendars import edits, queries
from kalends.domain.errors import DomainError
from kalends.domain.event import Field
from kalends.domain.span import AllDay, Span, Timed
from kalends.web.mail_words import mail_words
from kalends.web.reader import reader, reader_zone, today
from kalends.web.replies import with_acts
from kalends.web.screen import refused, screen
from kalends.web.when_words import when_words

A_DAY = dt.timedelta(days=1)
AN_HOUR = dt.timedelta(hours=1)


@screen
@require_POST
def event_move(request: HttpRequest, event_id: str) -> HttpResponse:
    """Give an event the time it was dropped at; 202 with a question when mails would go out."""
    person = reader(request)
    detail = queries.event_detail(person, event_id)
    try:
        when = dropped_span(request, detail.event.when)
    except (ValueError, DomainError):
        return refused(request, "The event cannot be put there. It stays where it was.")
    mails = edits.preview_change(person, event_id, {Field.WHEN: when})
    words = when_words(when, reader_zone(request), today(request))
    if mails and not request.POST.get("confirmed"):
        said = {"subject": detail.event.subject, "words": words, "mails": mails}
        return render(request, "event_move_question.html", said, status=202)
    version = request.POST.get("version", "")
    edits.move_event(person, event_id, when, int(version) if version.isdecimal() else None)
    undo = "" if mails else _undo_path(request, event_id)
    said_mails = f" {mail_words(mails)}" if mails else ""
    return with_acts(HttpResponse(), f"Moved to {words}.{said_mails}", undo=undo)


def dropped_span(request: HttpRequest, before: Span) -> Span:
    """The span that the grid tells, on the clocks the event had."""
    start, end = request.POST.get("start", ""), request.POST.get("end", "")
    if request.POST.get("all_day"):
        first = dt.date.fromisoformat(start[:10])
        after = dt.date.fromisoformat(end[:10]) if end else first + A_DAY
        return AllDay(first=first, last=max(first, after - A_DAY))
    starts = dt.datetime.fromisoformat(start)
    ends = dt.datetime.fromisoformat(end) if end else starts + AN_HOUR
    if starts.tzinfo is None or ends.tzinfo is None:
        message = "the grid tells moments, with their offset"
        raise ValueError(message)
    if isinstance(before, Timed):
        return Timed.at(starts, ends, before.start_zone, before.end_zone)
    return Timed.at(starts, ends, reader_zone(request))


def _undo_path(request: HttpRequest, event_id: str) -> str:
    latest = queries.history(reader(request), event_id)[0]
    return reverse("event_undo", args=[event_id, latest.edit])
