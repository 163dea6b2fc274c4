"""A client secret runs out: everything waits, nobody connects again, and a new secret makes it go on (FEATURES 1.7)."""

from dataclasses import replace

from graphtwin.apps import DEMO_APP
from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.domain.event import Event
from kalends.mailboxes.models import Connection, Mailbox
from kalends.mailboxes.queries import sync_state
from kalends.mailboxes.views import SyncKind
from tests.unit.mailboxes.office import Office, graph_event
from tests.unit.mailboxes.test_trouble import in_an_hour, nine


def test_it_waits_for_a_new_secret_and_goes_on_without_a_new_consent(office: Office, alice: Person) -> None:
    office.load(alice, [graph_event("Lunch", 2)])
    office.connect(alice)
    office.control("POST", "faults", {"kind": "expireSecrets"})
    office.control("POST", "faults", {"kind": "expireAccessTokens"})
    edits.create_event(alice, Event(when=nine(3), subject="Dentist"))
    office.sync(alice)
    state = sync_state(alice)
    assert (state.kind, state.words.startswith("Waiting: The client secret has expired.")) == (SyncKind.WAITING, True)
    assert Mailbox.objects.get(person=alice).state == Connection.ACTIVE
    office.control("POST", "apps", {**DEMO_APP, "passwordCredentials": [{"secretText": "a new one"}]})
    registration = replace(office.microsoft.registration, client_secret="a new one")
    office.microsoft = replace(office.microsoft, registration=registration)
    in_an_hour(office, alice)
    assert sync_state(alice).kind is SyncKind.IN_SYNC
    assert office.subjects(alice) == ["Dentist", "Lunch"]
