"""What the event's form shows besides its fields: choices, people, places, and whom Outlook would mail."""

from typing import Any
from zoneinfo import available_timezones

from django.http import HttpRequest

from kalends.calendars import edits
from kalends.calendars.errors import EditError
from kalends.calendars.views import EventDetail
from kalends.domain.scheduling import ForecastMail
from kalends.web.forms import event as choices
from kalends.web.forms.event import EventForm
from kalends.web.reader import reader, reader_zone

ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))


def form_context(request: HttpRequest, form: EventForm, detail: EventDetail | None = None) -> dict[str, Any]:
    """The template's values; after a refusal the fields hold what was typed."""
    bound = form.is_bound
    reminder = form["reminder"].value()
    reminders = [*choices.REMINDERS]
    if reminder not in (None, "") and str(reminder) not in dict(reminders):
        reminders.append((str(reminder), f"{reminder} minutes before"))
    own = reader_zone(request)
    zones = {form["start_zone"].value() or own, form["end_zone"].value() or own}
    return {
        "form": form,
        "detail": detail,
        "may_share": detail is None or "change" in detail.may,
        "attendees": form.attendees() if bound else form.event.attendees,
        "places": form.places() if bound else form.event.places,
        "zones": ZONES,
        "zone": own,
        "zones_differ": zones != {own},
        "show_as_choices": choices.SHOW_AS,
        "sensitivity_choices": choices.SENSITIVITY,
        "importance_choices": choices.IMPORTANCE,
        "reminder_choices": reminders,
        "role_choices": choices.ROLES,
        "body": form["body"].value() if bound and form["body_changed"].value() else form.event.body,
        "body_locked": form.event.online_meeting.wanted and bool(form.event.body),
        "mails": forecast(request, form, detail) if bound else [],
    }


def forecast(request: HttpRequest, form: EventForm, detail: EventDetail | None) -> list[ForecastMail]:
    """Whom Outlook would mail if the form were sent now; nobody while it is not complete."""
    if not form.is_valid():
        return []
    try:
        if detail is None:
            return list(edits.preview_create(reader(request), form.draft()))
        return list(edits.preview_change(reader(request), detail.id, form.changes(shared="change" in detail.may)))
    except EditError:
        return []
