"""Every address, tried as owner, attendee, colleague, administrator, stranger and nobody (DESIGN.md §8)."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from kalends.accounts.models import Person
from kalends.web.urls import urlpatterns
from tests.screens.conftest import SignIn, form_of, meeting_of

OWNER, ATTENDEE, COLLEAGUE, ADMINISTRATOR, STRANGER, NOBODY = range(6)
Cast = list[Any]
Page = tuple[str, str, bool, tuple[int, ...]]
ROLES = ("owner", "attendee", "colleague", "administrator", "stranger", "nobody")

EVERYBODY_HERE = (200, 200, 200, 200, 302, 302)
ONLY_ADMINISTRATORS = (403, 403, 403, 200, 302, 302)
TAKING_PART = (200, 200, 404, 404, 302, 302)
POSTED_TAKING_PART = (200, 200, 404, 404, 401, 401)

# method, name, whether it names the meeting, what each role gets
PAGES: list[Page] = [
    ("GET", "calendar", False, EVERYBODY_HERE),
    ("GET", "event_new", False, EVERYBODY_HERE),
    ("POST", "event_new_mails", False, (200, 200, 200, 200, 401, 401)),
    ("GET", "event", True, EVERYBODY_HERE),
    ("GET", "event_panel", True, EVERYBODY_HERE),
    ("GET", "event_edit", True, (200, 200, 409, 409, 302, 302)),
    ("POST", "event_edit", True, (302, 302, 409, 409, 401, 401)),
    ("POST", "event_mails", True, (200, 200, 200, 200, 401, 401)),
    ("POST", "event_move", True, (202, 409, 404, 404, 401, 401)),
    ("POST", "event_respond", True, (409, 302, 404, 404, 401, 401)),
    ("GET", "event_delete", True, TAKING_PART),
    ("POST", "event_delete", True, (302, 302, 404, 404, 401, 401)),
    ("GET", "event_archive", True, TAKING_PART),
    ("POST", "event_archive", True, (302, 302, 404, 404, 401, 401)),
    ("GET", "event_restore", True, TAKING_PART),
    ("GET", "event_unarchive", True, TAKING_PART),
    ("POST", "event_unarchive", True, (409, 302, 404, 404, 401, 401)),
    ("GET", "event_invite", True, (200, 409, 409, 409, 302, 302)),
    ("GET", "event_file", True, TAKING_PART),
    ("GET", "event_tell", True, (409, 409, 409, 409, 302, 302)),
    ("POST", "event_undo", True, (409, 409, 404, 404, 401, 401)),
    ("GET", "search", False, EVERYBODY_HERE),
    ("GET", "contacts", False, EVERYBODY_HERE),
    ("GET", "trash", False, EVERYBODY_HERE),
    ("GET", "archive", False, EVERYBODY_HERE),
    ("GET", "conflicts", False, EVERYBODY_HERE),
    ("GET", "outlook_state", False, EVERYBODY_HERE),
    ("GET", "outlook_mine", False, EVERYBODY_HERE),
    ("GET", "outlook_mails", False, EVERYBODY_HERE),
    ("GET", "outlook_held", False, EVERYBODY_HERE),
    ("GET", "outlook_stop", False, EVERYBODY_HERE),
    ("GET", "outlook_runs", False, EVERYBODY_HERE),
    ("GET", "outlook_reset", False, (409, 409, 409, 409, 302, 302)),
    ("GET", "outlook_disconnect", False, (409, 409, 409, 409, 302, 302)),
    ("GET", "event_both", True, (409, 409, 409, 409, 302, 302)),
    ("GET", "people_sync", False, ONLY_ADMINISTRATORS),
    ("POST", "people_sync_all", False, (403, 403, 403, 302, 401, 401)),
    ("GET", "outlook_connect", False, (409, 409, 409, 409, 302, 302)),
    ("GET", "outlook_callback", False, (409, 409, 409, 409, 302, 302)),
    ("GET", "outlook_callback_older", False, (409, 409, 409, 409, 302, 302)),
    ("GET", "outlook_start", False, (302, 302, 302, 302, 302, 302)),
    ("GET", "outlook_start_rows", False, (409, 409, 409, 409, 302, 302)),
    ("POST", "outlook_sync_now", False, (409, 409, 409, 409, 401, 401)),
    ("GET", "outlook_admin_consent", False, (403, 403, 403, 302, 302, 302)),
    ("GET", "settings", False, (302, 302, 302, 302, 302, 302)),
    ("GET", "settings_outlook", False, ONLY_ADMINISTRATORS),
    ("GET", "settings_all", False, ONLY_ADMINISTRATORS),
    ("GET", "mails", False, ONLY_ADMINISTRATORS),
    ("GET", "profile", False, EVERYBODY_HERE),
    ("GET", "people", False, ONLY_ADMINISTRATORS),
    ("GET", "person_new", False, ONLY_ADMINISTRATORS),
    ("GET", "sign_in", False, (302, 302, 302, 302, 200, 200)),
]
ELSEWHERE = {
    "calendar_events": "test_calendar.py: what each role is told",
    "changes_stream": "test_changes_stream.py: it is asynchronous",
    "conflict_settle": "below: it needs a conflict's number",
    "invitation": "test_invitation.py: it asks nobody to sign in",
    "mail": "test_mails.py: it needs a mail's number",
    "outlook_held_both": "below: it needs a hold's number",
    "outlook_run": "below: it needs a run's number",
    "outlook_run_undo": "below: it needs a run's number",
    "person_sync": "below: it needs a person's number",
    "outlook_held_decide": "below: it needs a hold's number",
    "outlook_notifications": "test_outlook_notifications.py: Outlook signs in nowhere",
    "person": "below: it needs a person's number",
    "settings_outlook_check": "below: it would call Microsoft",
    "sign_out": "test_sign_in.py",
}


@pytest.fixture
def cast(alice: Person, bob: Person, charlie: Person, dora: Person) -> Cast:
    """One person for each role; the stranger had an account once."""
    stranger = Person.objects.create_person("eve@example.com", name="Eve", is_active=False)
    return [alice, bob, charlie, dora, stranger, None]


def test_it_names_every_address() -> None:
    names = {pattern.name for pattern in urlpatterns}
    assert names == {name for _, name, _, _ in PAGES} | set(ELSEWHERE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page[0]}-{page[1]}")
def test_it_answers_each_role_as_it_may(page: Page, cast: Cast, sign_in: SignIn) -> None:
    method, name, of_event, expected = page
    statuses = []
    for person in cast:
        event_id = meeting_of(cast[OWNER], cast[ATTENDEE]) if of_event else None
        answer = sign_in(person).generic(method, _address(name, event_id), **_posted(method, name))
        statuses.append(answer.status_code)

    assert dict(zip(ROLES, statuses, strict=True)) == dict(zip(ROLES, expected, strict=True))


@pytest.mark.parametrize(
    "path",
    [
        "/conflicts/1",
        "/outlook/held/1",
        "/outlook/runs/1/undo",
        "/settings/outlook/check",
        "/people/1/",
        "/people/1/sync",
    ],
    ids=lambda path: path.strip("/"),
)
def test_it_lets_nobody_press_what_is_not_theirs(path: str, cast: Cast, sign_in: SignIn) -> None:
    statuses = [sign_in(cast[role]).post(path).status_code for role in (COLLEAGUE, STRANGER, NOBODY)]

    assert statuses == [403 if path.startswith(("/settings", "/people")) else 409, 401, 401]


def test_it_shows_a_private_event_as_busy_to_colleagues(secret: str, charlie: Person, sign_in: SignIn) -> None:
    page = sign_in(charlie).get(reverse("event", args=[secret])).content.decode()

    assert "Doctor" not in page
    assert "Busy" in page


def test_it_says_the_same_of_an_event_that_is_not_there(as_bob: Client) -> None:
    answer = as_bob.get(reverse("event", args=[str(uuid.uuid4())]))

    assert answer.status_code == 404
    assert "not yours to see" in answer.content.decode()


def _address(name: str, meeting: str | None) -> str:
    if meeting is None:
        return reverse(name)
    try:
        return reverse(name, args=[meeting])
    except NoReverseMatch:
        return reverse(name, args=[meeting, uuid.uuid4()])


def _posted(method: str, name: str) -> dict[str, Any]:
    if method == "GET":
        return {}
    fields: dict[str, str | list[str]] = {
        "event_move": {"start": "2027-03-02T11:00:00+01:00", "end": "2027-03-02T12:00:00+01:00"},
        "event_respond": {"partstat": "accepted", "send": "1"},
        "event_edit": form_of(subject="Changed", attendee_address=["bob@example.com"], attendee_name=["Bob"]),
        "event_mails": form_of(),
        "event_new_mails": form_of(),
    }.get(name, {})  # type: ignore[assignment]
    return {"data": urlencode(fields, doseq=True), "content_type": "application/x-www-form-urlencoded"}
