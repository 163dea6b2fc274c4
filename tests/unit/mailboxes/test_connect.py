"""The life of a connection: real sign-ins at the simulated Microsoft, and every press (RULES 1.3, §14)."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings

from kalends.accounts.models import Address, AuditRecord, Person
from kalends.calendars import edits, queries
from kalends.domain.attendee import Attendee
from kalends.domain.event import Event, Scheduler
from kalends.domain.span import AllDay
from kalends.graph.check import Verdict
from kalends.mailboxes import connect
from kalends.mailboxes.connect import ConnectRefused
from kalends.mailboxes.microsoft import open_tokens, redirect_uris
from kalends.mailboxes.models import Connection, Link, Mailbox
from kalends.mailboxes.queries import current_mailbox, introduction, sync_state
from kalends.mailboxes.views import SyncKind
from kalends.options.stored import write
from tests.unit.mailboxes.office import Office, graph_event
from tests.unit.mailboxes.test_trouble import nine, shown


def sign_in(office: Office, person: Person, account: Person | None = None) -> Mailbox:
    """Connect → Microsoft's page → the account, consent → back."""
    address, flow = connect.begin(person, redirect_uris()[0], office.microsoft)
    return connect.finish(person, flow, visit(office, address, (account or person).email), office.microsoft)


def visit(office: Office, address: str, account: str, decision: str = "accept") -> dict[str, str]:
    """What the browser brings back from Microsoft's page."""
    office.world.cookies.clear()
    path = address.removeprefix(f"{urlsplit(address).scheme}://{urlsplit(address).netloc}")
    answer = office.world.post(path, data={"account": account})
    if not answer.is_redirect:
        answer = office.world.post(path, data={"account": account, "decision": decision})
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def test_it_connects_by_a_real_sign_in_and_keeps_the_tokens_sealed(office: Office, alice: Person) -> None:
    mailbox = sign_in(office, alice)
    assert (mailbox.address, mailbox.state) == (alice.email, Connection.CONSENTED)
    assert sync_state(alice).kind is SyncKind.CONSENTED
    tokens = open_tokens(mailbox)
    assert tokens.refresh_token not in mailbox.tokens
    assert tokens.access_token not in mailbox.tokens
    connect.start(alice)
    office.settle(alice)
    assert sync_state(alice).kind is SyncKind.IN_SYNC
    assert [record.act for record in AuditRecord.objects.order_by("pk")][-2:] == ["Outlook connected", "sync started"]


def test_it_tells_what_went_wrong_at_microsoft(office: Office, alice: Person) -> None:
    address, flow = connect.begin(alice, redirect_uris()[0], office.microsoft)
    brought = visit(office, address, alice.email, decision="decline")
    with pytest.raises(ConnectRefused):
        connect.finish(alice, flow, brought, office.microsoft)
    with pytest.raises(ConnectRefused, match="does not belong to this browser"):
        connect.finish(alice, flow, {"code": "guessed", "state": "other"}, office.microsoft)
    assert sync_state(alice).kind is SyncKind.NOT_CONNECTED


def test_it_refuses_an_account_that_somebody_else_connected(office: Office, alice: Person, bob: Person) -> None:
    sign_in(office, alice)
    with pytest.raises(ConnectRefused, match="already connected by Alice"):
        sign_in(office, bob, account=alice)
    assert current_mailbox(bob) is None


def test_it_never_mixes_up_two_accounts_of_one_person(office: Office, alice: Person, bob: Person) -> None:
    """RULES 14.3"""
    office.load(alice, [graph_event("Alice's lunch", 2)])
    office.load(bob, [graph_event("Bob's lunch", 2)])
    office.connect(alice)
    with pytest.raises(ConnectRefused, match="stop the sync first"):
        sign_in(office, alice, account=bob)
    connect.stop(alice, office.microsoft)
    mailbox = sign_in(office, alice, account=bob)
    assert (mailbox.state, mailbox.address) == (Connection.CONSENTED, bob.email)
    assert not Link.objects.filter(active=True).exists()
    connect.start(alice)
    office.settle(alice)
    assert office.subjects(alice) == ["Alice's lunch"]
    assert shown(alice) == ["Alice's lunch", "Bob's lunch"]


def test_it_does_not_take_an_address_from_somebody_else(office: Office, alice: Person, bob: Person) -> None:
    sign_in(office, alice, account=bob)
    assert Address.objects.get(address=bob.email).person == bob
    assert set(alice.addresses.values_list("address", flat=True)) == {alice.email}


def test_it_lets_kalends_tell_people_only_of_meetings_made_without_outlook(
    office: Office, alice: Person, bob: Person
) -> None:
    """RULES 2.1, 2.3, 14.1, 14.2"""
    office.connect(alice)
    guest = (Attendee(address=bob.email),)
    schedulers = []
    for press in (None, connect.pause, connect.resume, lambda person: connect.stop(person, office.microsoft)):
        if press is not None:
            press(alice)
        event_id = edits.create_event(alice, Event(when=nine(2), attendees=guest))
        schedulers.append(queries.event_detail(alice, event_id).scheduler)
    assert schedulers == [Scheduler.OUTLOOK, Scheduler.OUTLOOK, Scheduler.OUTLOOK, Scheduler.KALENDS]


def test_it_allows_each_press_only_where_it_makes_sense(office: Office, alice: Person) -> None:
    for press in (connect.start, connect.pause, connect.resume, connect.stop, connect.sync_now, connect.forget):
        with pytest.raises(ConnectRefused, match="Connect Outlook first"):
            press(alice)
    office.connect(alice)
    for press in (connect.start, connect.resume, connect.forget):
        with pytest.raises(ConnectRefused, match=r"while the connection is active|syncing already"):
            press(alice)


def test_it_needs_an_administrator_before_anybody_can_connect(office: Office, alice: Person) -> None:
    write("outlook.client_id", "")
    assert sync_state(alice).kind is SyncKind.NOT_SET_UP
    with pytest.raises(ConnectRefused, match="administrator"):
        connect.begin(alice, redirect_uris()[0], office.microsoft)


def test_it_tells_before_start_what_there_is_to_bring_together(office: Office, alice: Person, bob: Person) -> None:
    edits.create_event(alice, Event(when=nine(2), attendees=(Attendee(address=bob.email),)))
    edits.create_event(alice, Event(when=AllDay(first=nine(3).start.date(), last=nine(3).start.date())))
    sign_in(office, alice)
    told = introduction(alice)
    assert (told.address, told.here, told.with_people) == (alice.email, 2, 1)


def test_it_checks_every_step_of_the_registration(office: Office) -> None:
    steps = list(connect.check(office.microsoft))
    assert {step.name: step.verdict for step in steps if step.verdict is not Verdict.GOOD} == {}
    assert [step.name for step in steps if settings.BASE_URL in step.name] == [
        f"Redirect address {address}" for address in redirect_uris()
    ]
