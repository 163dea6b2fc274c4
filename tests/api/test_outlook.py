"""The Outlook account and the settings over the API."""

from kalends.accounts.models import AuditRecord, Person
from kalends.mailboxes.models import Connection, Hold, Mailbox, Organisation
from tests.api.conftest import Api


def _connected(person: Person) -> Mailbox:
    organisation, _ = Organisation.objects.get_or_create(tenant_id="t")
    return Mailbox.objects.create(
        person=person,
        organisation=organisation,
        object_id=person.email,
        address=person.email,
        state=Connection.ACTIVE,
        tokens="kept elsewhere",
    )


def test_it_says_how_to_begin_to_somebody_without_outlook(as_bob: Api) -> None:
    status, told = as_bob("GET", "/outlook")
    assert (status, told["kind"], told["seconds_behind"]) == (200, "not_set_up", None)
    status, told = as_bob("POST", "/outlook/sync")
    assert status == 409
    assert told["error"]


def test_it_stops_and_restarts(as_bob: Api, bob: Person) -> None:
    mailbox = _connected(bob)
    assert as_bob("POST", "/outlook/stop")[1]["kind"] == "stopped"
    mailbox.refresh_from_db()
    assert mailbox.state == Connection.STOPPED
    assert as_bob("POST", "/outlook/start")[0] == 200
    mailbox.refresh_from_db()
    assert mailbox.state == Connection.ACTIVE


def test_it_lets_nobody_decide_what_waits_for_others(as_alice: Api, as_bob: Api, bob: Person) -> None:
    assert as_bob("GET", "/outlook/held") == (200, [])
    assert as_bob("POST", "/outlook/held/1", {"choice": "apply"})[0] == 404
    assert as_alice("GET", "/outlook/mails") == (200, [])
    assert not Hold.objects.exists()


def test_it_gives_settings_to_administrators_only(as_alice: Api, as_bob: Api) -> None:
    for method, path, payload in [
        ("GET", "/settings", None),
        ("GET", "/settings/outlook.client_id", None),
        ("PUT", "/settings/outlook.client_id", {"value": ""}),
    ]:
        assert as_bob(method, path, payload)[0] == 403
    assert as_alice("GET", "/settings", search="client")[0] == 200
    assert as_alice("GET", "/settings/no.such")[0] == 404


def test_it_writes_a_setting_and_notes_who_did(as_alice: Api, alice: Person) -> None:
    value = "11111111-2222-3333-4444-555555555555"
    status, told = as_alice("PUT", "/settings/outlook.client_id", {"value": value})
    assert (status, told["value"], told["is_set"]) == (200, value, True)
    record = AuditRecord.objects.get()
    assert (record.person, record.details["setting"]) == (alice, "outlook.client_id")


def test_it_never_tells_a_secret_and_explains_a_pasted_secret_id(as_alice: Api) -> None:
    status, told = as_alice("PUT", "/settings/outlook.client_secret", {"value": "abc8Q~secret"})
    assert status == 200
    assert "abc8Q~secret" not in str(told)
    status, told = as_alice("PUT", "/settings/outlook.client_secret", {"value": "11111111-2222-3333-4444-555555555555"})
    assert status == 409
    assert "Secret ID" in told["error"]
