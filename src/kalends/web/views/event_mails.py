"""The line under the form: whom Outlook will mail if it is sent as it stands (FEATURES 5.4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from kalends.calendars import queries
from kalends.domain.event import Event, Personal
from kalends.web.event_form_page import forecast
from kalends.web.forms.event import EventForm
from kalends.web.reader import reader, reader_zone
from kalends.web.screen import screen
from kalends.web.views.event_new import asked_span


@screen
@require_POST
def event_new_mails(request: HttpRequest) -> HttpResponse:
    """For an event that is being planned."""
    form = EventForm(request.POST, Event(when=asked_span(request)), Personal(), reader_zone(request))
    return render(request, "mail_line.html", {"mails": forecast(request, form, None)})


@screen
@require_POST
def event_mails(request: HttpRequest, event_id: str) -> HttpResponse:
    """For an event that is being changed."""
    detail = queries.event_detail(reader(request), event_id)
    form = EventForm(request.POST, detail.event, detail.personal or Personal(), reader_zone(request))
    return render(request, "mail_line.html", {"mails": forecast(request, form, detail)})
