"""First syncs, matching, pages and tokens, and what an account's bad day does to others."""

import datetime as dt

import pytest
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.models import Event as EventRow
from kalends.domain.event import Event, Field, Scheduler
from kalends.mailboxes import connect
from kalends.mailboxes.microsoft import keep_tokens, open_tokens
from kalends.mailboxes.models import Connection, Link, Mailbox
from kalends.mailboxes.queries import sync_state
from kalends.mailboxes.views import SyncKind
from tests.scenarios.scene import E, all_quiet, copy_in, e_here, e_in_outlook, here, linked_e, nine, shown, writes
from tests.unit.mailboxes.office import Office, graph_event
from tests.unit.mailboxes.test_trouble import in_an_hour


def expire(mailbox: Mailbox) -> None:
    """The access token's hour is over."""
    tokens = open_tokens(mailbox)
    keep_tokens(
        mailbox,
        type(tokens)(
            access_token="expired",
            refresh_token=tokens.refresh_token,
            expires_at=timezone.now() - dt.timedelta(hours=1),
        ),
    )


def test_o025_what_was_made_while_stopped_becomes_a_quiet_copy_at_restart(
    office: Office, mike: Person, john: Person
) -> None:
    office.connect(mike)
    connect.stop(mike, office.microsoft)
    e_here(mike, john)
    connect.restart(mike)
    office.settle(mike)
    assert (office.subjects(mike), copy_in(office, mike)["attendees"], office.mails()) == ([E], [], [])


def test_o101_an_item_is_matched_by_its_ical_uid(office: Office, mike: Person, john: Person) -> None:
    office.outlook(mike, "POST", "events", e_in_outlook(john))
    office.connect(mike)
    office.connect(john)
    assert EventRow.objects.count() == 1
    assert Link.objects.filter(active=True).count() == 2
    assert here(mike).scheduler is Scheduler.OUTLOOK


def test_o103_an_event_keeps_every_name_it_ever_had(office: Office, mike: Person) -> None:
    event_id, item = linked_e(office, mike)
    uids = set(queries.event_detail(mike, event_id).uids)
    assert copy_in(office, mike)["iCalUId"] in uids
    office.outlook(mike, "PATCH", f"events/{item}", {"subject": "renamed"})
    office.settle(mike)
    assert set(queries.event_detail(mike, event_id).uids) == uids


def test_o108_what_was_entered_on_both_sides_is_one_event(office: Office, mike: Person, john: Person) -> None:
    office.load(mike, [graph_event(E, 2, sensitivity="private"), graph_event("twin", 3), graph_event("twin", 3)])
    event_id = edits.create_event(mike, Event(when=nine(2), subject=E))
    edits.create_event(mike, Event(when=nine(3), subject="twin"))
    office.connect(mike)
    assert shown(mike) == [E, "twin", "twin", "twin"]
    assert Link.objects.filter(active=True, event_id=event_id).count() == 1
    assert (office.mails(), all_quiet()) == ([], True)


def test_o125_what_nobody_foresaw_is_told_and_not_swallowed(office: Office, mike: Person) -> None:
    linked_e(office, mike)
    fault = {"kind": "error", "path": "*/delta", "status": 418, "code": "ErrorTeapot", "message": "I am a teapot."}
    office.control("POST", "faults", fault)
    ending = office.sync(mike)
    assert "I am a teapot." in ending.problem
    assert "I am a teapot." in sync_state(mike).words


def test_o127_a_forgotten_place_means_a_full_round(office: Office, mike: Person) -> None:
    linked_e(office, mike)
    office.control("POST", "faults", {"kind": "expireDeltaTokens"})
    office.forget_traffic()
    ending = office.sync(mike)
    assert ending.report is not None
    assert ending.report.full
    assert (shown(mike), writes(office)) == ([E], [])


def test_o129_a_known_place_asks_only_for_what_changed_since(office: Office, mike: Person) -> None:
    linked_e(office, mike)
    office.sync(mike)
    asked = [each for each in office.control("GET", "requests")["value"] if each["path"].endswith("/delta")]
    assert len(asked) == 1
    assert set(asked[0]["query"].split("=")[0].split("&")) == {"$deltatoken"}


def test_o131_every_page_is_read(office: Office, mike: Person) -> None:
    office.load(mike, [graph_event(f"Event {number:03}", 1 + number % 300) for number in range(450)])
    office.connect(mike)
    assert len(shown(mike)) == 450
    pages = [each for each in office.requests() if each[1].endswith("/delta")]
    assert len(pages) >= 3


def test_o137_a_patch_that_was_refused_for_ever_waits_with_its_reason(office: Office, mike: Person) -> None:
    event_id, _ = linked_e(office, mike)
    office.control(
        "POST",
        "faults",
        {
            "kind": "error",
            "method": "PATCH",
            "status": 400,
            "code": "ErrorInvalidRequest",
            "message": "No.",
            "count": 1,
        },
    )
    edits.change_event(mike, event_id, {Field.SUBJECT: "renamed"})
    office.sync(mike)
    assert sync_state(mike).kind is SyncKind.NEEDS_YOU
    in_an_hour(office, mike)
    assert office.subjects(mike) == ["renamed"]
    assert sync_state(mike).kind is SyncKind.IN_SYNC


def test_o145_a_new_refresh_token_replaces_the_old(office: Office, mike: Person) -> None:
    mailbox = office.connect(mike)
    before = open_tokens(mailbox)
    expire(mailbox)
    office.sync(mike)
    mailbox.refresh_from_db()
    after = open_tokens(mailbox)
    assert after.refresh_token != before.refresh_token
    assert after.expires_at > timezone.now()


def test_o191_an_expired_token_is_renewed_without_a_word(office: Office, mike: Person) -> None:
    event_id, _ = linked_e(office, mike)
    office.control("POST", "faults", {"kind": "expireAccessTokens"})
    edits.change_event(mike, event_id, {Field.SUBJECT: "renamed"})
    ending = office.sync(mike)
    assert (ending.problem, office.subjects(mike)) == ("", ["renamed"])


@pytest.mark.parametrize("kind", ["throttled", "unavailable", "gatewayTimeout"])
def test_o199_a_busy_outlook_is_asked_again_later(office: Office, mike: Person, kind: str) -> None:
    event_id, _ = linked_e(office, mike)
    office.control("POST", "faults", {"kind": kind, "method": "PATCH", "count": 1})
    edits.change_event(mike, event_id, {Field.SUBJECT: "renamed"})
    ending = office.sync(mike)
    assert ending.wait_seconds is not None
    in_an_hour(office, mike)
    assert (office.subjects(mike), all_quiet()) == (["renamed"], True)


def test_o212_a_revoked_account_stops_alone_and_says_so(office: Office, mike: Person, john: Person) -> None:
    linked_e(office, mike, john)
    office.control("POST", "faults", {"kind": "revokeTokens", "mailbox": mike.email})
    office.load(john, [graph_event("for John", 3)])
    office.sync(mike)
    office.settle(john)
    assert Mailbox.objects.get(person=mike).state == Connection.LOST
    assert sync_state(mike).kind is SyncKind.LOST
    assert shown(john) == ["for John", E]
    assert shown(mike) == [E]
