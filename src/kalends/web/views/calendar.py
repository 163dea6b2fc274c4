"""The calendar's page and what its grid asks for."""

import datetime as dt

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kalends.accounts.models import Person
from kalends.calendars import queries
from kalends.calendars.views import EventView
from kalends.domain.event import State
from kalends.domain.span import zone
from kalends.web.event_looks import grid_event
from kalends.web.reader import reader, reader_zone
from kalends.web.screen import screen

A_DAY = dt.timedelta(days=1)
MOST_DAYS = dt.timedelta(days=400)


@screen
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """The frame at once; the grid fetches its events itself."""
    colleagues = Person.objects.filter(is_active=True).exclude(pk=reader(request).pk)
    return render(request, "calendar.html", {"colleagues": colleagues, "zone": reader_zone(request)})


@screen
@require_GET
def calendar_events(request: HttpRequest) -> HttpResponse:
    """The events of a stretch of time, of the reader and of the colleagues ticked, as the grid wants them."""
    try:
        start, end = (_moment(request, name) for name in ("start", "end"))
    except ValueError:
        return HttpResponseBadRequest("Give start and end as dates.")
    if end - start > MOST_DAYS:
        return HttpResponseBadRequest("That is too long a stretch of time.")
    ticked = request.GET.get("people", "me").split(",")
    others = {int(each) for each in ticked if each.isdecimal()}
    views = queries.events_between(reader(request), start - A_DAY, end + A_DAY, include=others)
    now = timezone.now()
    mine = reader(request).pk
    shown = [view for view in views if (view.person_id != mine or "me" in ticked) and _stands(view.state)]
    return JsonResponse([grid_event(view, now) for view in _once(shown, mine)], safe=False)


def _once(views: list[EventView], mine: int) -> list[EventView]:
    """A meeting that several of those shown attend is drawn once, in the reader's own calendar if he attends."""
    own = {view.id for view in views if view.person_id == mine}
    return [view for view in views if view.person_id == mine or view.id not in own]


def _stands(state: State) -> bool:
    return state in {State.ACTIVE, State.CANCELLED}


def _moment(request: HttpRequest, name: str) -> dt.datetime:
    text = request.GET.get(name, "").replace(" ", "+")
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone(reader_zone(request)))
