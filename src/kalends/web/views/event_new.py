"""Planning an event."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kalends.calendars import edits
from kalends.calendars.errors import EditError
from kalends.domain.event import Event, Personal
from kalends.domain.span import AllDay, Span, Timed, zone
from kalends.web.event_form_page import form_context
from kalends.web.forms.event import EventForm
from kalends.web.mail_words import mail_words
from kalends.web.reader import in_panel, reader, reader_zone
from kalends.web.replies import tell
from kalends.web.screen import screen

AN_HOUR = dt.timedelta(hours=1)
A_DAY = dt.timedelta(days=1)


@screen
@require_http_methods(["GET", "POST"])
def event_new(request: HttpRequest) -> HttpResponse:
    """An empty form at the time that was picked; posted, the event."""
    blank = Event(when=asked_span(request))
    data = request.POST if request.method == "POST" else None
    form = EventForm(data, blank, Personal(), reader_zone(request))
    if data is None or not form.is_valid():
        return _page(request, form, status=200 if data is None else 422)
    draft = form.draft()
    try:
        mails = edits.preview_create(reader(request), draft)
        event_id = edits.create_event(reader(request), draft, form.own())
    except EditError as error:
        form.add_error(None, error.words)
        return _page(request, form, status=422)
    if not in_panel(request):
        return redirect("event", event_id)
    said = mail_words(mails) if mails else ""
    return tell(f"“{draft.subject or 'No subject'}” is planned. {said}".strip(), undo="" if mails else _undo(event_id))


def asked_span(request: HttpRequest) -> Span:
    """The time that was picked in the grid; else the next full hour."""
    own = reader_zone(request)
    try:
        return _picked(request.GET, own)
    except ValueError:
        start = timezone.now().astimezone(zone(own)).replace(minute=0, second=0, microsecond=0) + AN_HOUR
        return Timed.at(start, start + AN_HOUR, own)


def _picked(asked: "dict[str, str]", own: str) -> Span:
    start, end = asked.get("start", ""), asked.get("end", "")
    if asked.get("all_day"):
        first = dt.date.fromisoformat(start[:10])
        last = dt.date.fromisoformat(end[:10]) - A_DAY if end else first
        return AllDay(first=first, last=max(first, last))
    begin = _moment(start, own)
    return Timed.at(begin, _moment(end, own) if end else begin + AN_HOUR, own)


def _moment(text: str, own: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone(own))


def _undo(event_id: str) -> str:
    return reverse("event_delete", args=[event_id])


def _page(request: HttpRequest, form: EventForm, status: int) -> HttpResponse:
    template = "event_new_panel.html" if in_panel(request) else "event_new.html"
    return render(request, template, form_context(request, form), status=status)
