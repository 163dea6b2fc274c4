"""Changing an event."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kalends.calendars import edits, queries
from kalends.calendars.errors import EditError
from kalends.calendars.views import EventDetail, Verb
from kalends.domain.event import Personal
from kalends.web.event_form_page import form_context
from kalends.web.forms.event import EventForm
from kalends.web.mail_words import mail_words
from kalends.web.reader import in_panel, reader, reader_zone
from kalends.web.replies import with_acts
from kalends.web.screen import refused, screen
from kalends.web.views.event import event_part


@screen
@require_http_methods(["GET", "POST"])
def event_edit(request: HttpRequest, event_id: str) -> HttpResponse:
    """The form with what the editor may change: everything for the organizer, their own part for others."""
    detail = queries.event_detail(reader(request), event_id)
    if not detail.may & {Verb.CHANGE, Verb.CHANGE_OWN}:
        return refused(request, detail.why_not or "This event is not yours to change.")
    data = request.POST if request.method == "POST" else None
    form = EventForm(data, detail.event, detail.personal or Personal(), reader_zone(request))
    if data is None or not form.is_valid():
        return _page(request, form, detail, status=200 if data is None else 422)
    changes = form.changes(shared=Verb.CHANGE in detail.may)
    try:
        mails = edits.preview_change(reader(request), event_id, changes)
        edits.change_event(reader(request), event_id, changes, form.cleaned_data["version"])
    except EditError as error:
        form.add_error(None, error.words)
        return _page(request, form, detail, status=422)
    if not in_panel(request):
        return redirect("event", event_id)
    said = f"Saved. {mail_words(mails) if mails else ''}".strip() if changes else ""
    return with_acts(event_part(request, event_id), said, changed=bool(changes))


def _page(request: HttpRequest, form: EventForm, detail: EventDetail, status: int) -> HttpResponse:
    template = "event_edit_panel.html" if in_panel(request) else "event_edit.html"
    return render(request, template, form_context(request, form, detail), status=status)
