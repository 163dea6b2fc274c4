"""Graph's bad days, played by the simulator: what was done, what was not, what nobody knows."""

import datetime as dt
from collections.abc import Callable

import httpx2
import pytest

from graphtwin.app import Twin
from graphtwin.faults import Fault
from kalends.domain.attendee import Attendee, Partstat
from kalends.domain.event import Field
from kalends.domain.span import Timed
from kalends.graph.remote import GraphRemote
from kalends.sync.errors import AccessLost, Resync, Transient
from kalends.sync.ports import Create, Delete, Outcome, Patch, Respond
from kalends.sync.snapshot import Creation, RemoteItem, Values, Window

NOON = dt.datetime(2026, 8, 3, 12, 0, tzinfo=dt.UTC)
BOB = Attendee(address="bob@example.org", name="Bob")
RemoteOf = Callable[[str], GraphRemote]


def create(number: int = 1, *attendees: Attendee) -> Create:
    """A creation of an event at noon."""
    values: Values = {
        Field.SUBJECT: f"Number {number}",
        Field.BODY: "",
        Field.WHEN: Timed.at(NOON, NOON + dt.timedelta(hours=1), "Europe/Berlin"),
        Field.ATTENDEES: attendees,
    }
    return Create(
        creation=Creation(installation="inst", event_id=f"event{number}", mailbox_id="alice", number=1), values=values
    )


def made(alice: GraphRemote, *creates: Create) -> list[RemoteItem]:
    """The items of these creations."""
    items = [result.item for result in alice.write(creates)]
    assert None not in items
    return [item for item in items if item]


def test_a_create_whose_answer_was_lost_is_unknown_and_found_again(twin: Twin, remote_of: RemoteOf) -> None:
    """Scenario O-178."""
    alice, wanted = remote_of("alice"), create()
    twin.faults.arm(Fault(kind="lostAnswer", method="POST", count=1))
    (lost,) = alice.write([wanted])
    found = alice.find_created(wanted.creation)
    assert found is not None
    assert (lost.outcome, lost.item, found.values[Field.SUBJECT]) == (Outcome.UNKNOWN, None, "Number 1")


def test_a_request_that_never_arrived_is_unknown_and_not_found(twin: Twin, remote_of: RemoteOf) -> None:
    alice, wanted = remote_of("alice"), create()
    twin.faults.arm(Fault(kind="lostRequest", method="POST", count=1))
    assert [result.outcome for result in alice.write([wanted])] == [Outcome.UNKNOWN]
    assert alice.find_created(wanted.creation) is None


@pytest.mark.parametrize("status", [400, 500, 501])
def test_a_mailbox_that_cannot_be_searched_by_the_key_knows_of_none(
    twin: Twin, remote_of: RemoteOf, status: int
) -> None:
    twin.faults.arm(Fault(kind="error", status=status, code="ErrorInvalidProperty", method="GET", skip=1, count=1))
    assert remote_of("alice").find_created(create().creation) is None


def test_a_gateway_that_gave_up_leaves_doubt(twin: Twin, remote_of: RemoteOf) -> None:
    twin.faults.arm(Fault(kind="gatewayTimeout", method="POST", count=1))
    assert [result.outcome for result in remote_of("alice").write([create()])] == [Outcome.UNKNOWN]


@pytest.mark.parametrize("kind", ["throttled", "unavailable"])
def test_a_throttled_write_waits_as_long_as_it_is_told(twin: Twin, remote_of: RemoteOf, kind: str) -> None:
    """Scenario O-199."""
    alice = remote_of("alice")
    twin.faults.arm(Fault(kind=kind, method="POST", retryAfterSeconds=17, count=1))
    (result,) = alice.write([create()])
    assert (result.outcome, result.retry_after_seconds) == (Outcome.LATER, 17.0)
    assert alice.write([create()])[0].outcome is Outcome.DONE


def test_one_throttled_part_of_a_batch_waits_alone(twin: Twin, remote_of: RemoteOf) -> None:
    twin.faults.arm(Fault(kind="throttled", path="/v1.0/me/events", retryAfterSeconds=5, skip=1, count=1))
    results = remote_of("alice").write([create(1), create(2), create(3)])
    assert sorted(result.outcome for result in results) == [Outcome.DONE, Outcome.DONE, Outcome.LATER]
    assert [result.retry_after_seconds for result in results if result.outcome is Outcome.LATER] == [5.0]


def test_nothing_more_is_sent_after_a_throttled_batch(twin: Twin, remote_of: RemoteOf) -> None:
    twin.faults.arm(Fault(kind="throttled", path="/v1.0/me/events", retryAfterSeconds=9, skip=3, count=1))
    results = remote_of("alice").write([create(number) for number in range(50)])
    batches = [entry for entry in twin.requests.entries if entry.path == "/v1.0/$batch"]
    assert len(batches) == 1
    assert [result.outcome for result in results[20:]] == [Outcome.LATER] * 30
    assert {result.retry_after_seconds for result in results[20:]} == {9.0}


def test_a_lost_batch_leaves_every_part_unknown(twin: Twin, remote_of: RemoteOf) -> None:
    alice = remote_of("alice")
    twin.faults.arm(Fault(kind="lostAnswer", path="/v1.0/$batch", count=1))
    results = alice.write([create(1), create(2)])
    assert [result.outcome for result in results] == [Outcome.UNKNOWN] * 2
    assert len(alice.find_ours()) == 2


def test_a_proxys_page_in_place_of_an_answer_leaves_doubt(twin: Twin, remote_of: RemoteOf) -> None:
    twin.faults.arm(Fault(kind="htmlBody", method="POST", count=1))
    assert [result.outcome for result in remote_of("alice").write([create()])] == [Outcome.UNKNOWN]


@pytest.mark.parametrize("kind", ["htmlBody", "truncatedBody", "lostAnswer", "unavailable", "gatewayTimeout"])
def test_a_round_that_breaks_is_tried_again_later(twin: Twin, remote_of: RemoteOf, window: Window, kind: str) -> None:
    alice = remote_of("alice")
    twin.faults.arm(Fault(kind=kind, path="*/delta", count=1))
    with pytest.raises(Transient):
        alice.delta(None, window)
    assert alice.delta(None, window).full


def test_a_second_deletion_may_be_answered_by_a_400(twin: Twin, remote_of: RemoteOf) -> None:
    alice = remote_of("alice")
    (item,) = made(alice, create())
    twin.switches = twin.switches.changed({"second_delete": "invalid-request"})
    outcomes = [alice.write([Delete(remote_id=item.remote_id, etag=None)])[0].outcome for _ in range(2)]
    assert outcomes == [Outcome.DONE, Outcome.GONE]


def test_an_expired_link_asks_for_a_full_round(twin: Twin, remote_of: RemoteOf, window: Window) -> None:
    """Scenario O-127."""
    alice = remote_of("alice")
    link = alice.delta(None, window).delta_link
    mailbox = twin.tenant.find("alice@example.org")
    assert mailbox is not None
    mailbox.expire_delta_tokens()
    with pytest.raises(Resync):
        alice.delta(link, window)


def test_pages_may_be_small_empty_and_replayed(twin: Twin, remote_of: RemoteOf, window: Window) -> None:
    alice = remote_of("alice")
    made(alice, *(create(number) for number in range(7)))
    twin.switches = twin.switches.changed(
        {"delta_page_size_limit": 2, "delta_empty_page_before_last": True, "delta_replays_last_changes": 3}
    )
    told = alice.delta(None, window)
    subjects = sorted(str(item.values[Field.SUBJECT]) for item in told.items)
    assert subjects == [f"Number {number}" for number in range(7)]


def test_of_several_states_of_one_item_the_last_counts(twin: Twin, remote_of: RemoteOf, window: Window) -> None:
    alice = remote_of("alice")
    items = made(alice, create(1), create(2))
    link = alice.delta(None, window).delta_link
    twin.switches = twin.switches.changed({"delta_replays_last_changes": 5})
    for subject in ("First", "Second"):
        alice.write([Patch(remote_id=items[0].remote_id, etag=None, values={Field.SUBJECT: subject})])
    alice.write([Delete(remote_id=items[1].remote_id, etag=None)])
    told = alice.delta(link, window)
    assert [item.values[Field.SUBJECT] for item in told.items] == ["Second"]
    assert told.removed == frozenset({items[1].remote_id})


def test_one_broken_event_stops_no_other(twin: Twin, remote_of: RemoteOf, window: Window) -> None:
    alice = remote_of("alice")
    made(alice, *(create(number) for number in range(3)))
    twin.faults.arm(Fault(kind="brokenMember", path="*/delta", member="start.dateTime", value="yesterday"))
    told = alice.delta(None, window)
    assert {item.problem for item in told.items} == {"Its start is not a time: “yesterday”."}
    assert sorted(str(item.values[Field.SUBJECT]) for item in told.items) == ["Number 0", "Number 1", "Number 2"]


def test_a_withdrawn_access_is_told_and_deletes_nothing(twin: Twin, remote_of: RemoteOf, window: Window) -> None:
    """Scenario O-212."""
    alice = remote_of("alice")
    twin.faults.arm(Fault(kind="error", status=401, code="InvalidAuthenticationToken"))
    with pytest.raises(AccessLost):
        alice.delta(None, window)


def test_a_forbidden_calendar_is_lost_access(twin: Twin, remote_of: RemoteOf, window: Window) -> None:
    twin.faults.arm(Fault(kind="error", status=403, code="ErrorAccessDenied", message="Access is denied."))
    with pytest.raises(AccessLost, match="Connect Outlook again"):
        remote_of("alice").delta(None, window)


def test_an_answer_reaches_the_organizer_and_only_by_the_actions(
    twin: Twin, remote_of: RemoteOf, window: Window
) -> None:
    alice, bob = remote_of("alice"), remote_of("bob")
    (item,) = made(alice, create(1, BOB))
    (copy,) = bob.delta(None, window).items
    results = bob.write([Respond(remote_id=copy.remote_id, partstat=Partstat.ACCEPTED, comment="Gladly")])
    read = alice.get(item.remote_id)
    assert read is not None
    listed = read.values[Field.ATTENDEES]
    assert isinstance(listed, tuple)
    assert isinstance(listed[0], Attendee)
    assert ([result.outcome for result in results], listed[0].answer.partstat) == ([Outcome.DONE], Partstat.ACCEPTED)
    assert (copy.uid, copy.is_organizer, copy.organizer) == (item.uid, False, item.organizer)


def test_an_answer_to_ones_own_meeting_is_refused(remote_of: RemoteOf) -> None:
    alice = remote_of("alice")
    (item,) = made(alice, create(1, BOB))
    (result,) = alice.write([Respond(remote_id=item.remote_id, partstat=Partstat.ACCEPTED, send=False)])
    assert (result.outcome, "organizer" in result.reason) == (Outcome.REFUSED, True)


def test_a_new_text_keeps_the_online_meetings_block(twin: Twin, remote_of: RemoteOf, http: httpx2.Client) -> None:
    alice = remote_of("alice")
    (item,) = made(alice, create())
    mailbox = twin.tenant.find("alice@example.org")
    assert mailbox is not None
    url = "https://teams.microsoft.com/l/meetup-join/1?a=1&b=2"
    block = f'<div class="me-email-text"><a href="{url.replace("&", "&amp;")}">Join</a></div>'
    members = {
        "isOnlineMeeting": True,
        "onlineMeeting": {"joinUrl": url},
        "body": {"contentType": "html", "content": f"<p>Old</p>{block}"},
    }
    for member, value in members.items():
        twin.faults.arm(Fault(kind="brokenMember", method="GET", member=member, value=value))
    alice.write([Patch(remote_id=item.remote_id, etag=None, values={Field.BODY: "<p>New</p>"})])
    twin.faults.disarm()
    read = alice.get(item.remote_id)
    assert read is not None
    assert read.values[Field.BODY] == f"<p>New</p>\n{block}"


def test_a_text_whose_online_meeting_is_not_found_is_left_alone(twin: Twin, remote_of: RemoteOf) -> None:
    alice = remote_of("alice")
    (item,) = made(alice, create())
    for member, value in {
        "isOnlineMeeting": True,
        "onlineMeeting": {"joinUrl": "https://teams.microsoft.com/l/1"},
    }.items():
        twin.faults.arm(Fault(kind="brokenMember", method="GET", member=member, value=value))
    (result,) = alice.write([Patch(remote_id=item.remote_id, etag=None, values={Field.BODY: "<p>New</p>"})])
    writes = [entry for entry in twin.requests.entries if entry.method == "PATCH"]
    assert (result.outcome, writes) == (Outcome.REFUSED, [])


def test_reading_a_text_before_a_patch_leaves_no_doubt(twin: Twin, remote_of: RemoteOf) -> None:
    """The answer to the GET was lost, so the PATCH never went out: not UNKNOWN, but later."""
    alice = remote_of("alice")
    (item,) = made(alice, create())
    twin.faults.arm(Fault(kind="lostAnswer", method="GET", count=1))
    (result,) = alice.write([Patch(remote_id=item.remote_id, etag=None, values={Field.BODY: "<p>New</p>"})])
    assert result.outcome is Outcome.LATER


def test_the_simulator_had_no_trouble_of_its_own(twin: Twin, remote_of: RemoteOf, window: Window) -> None:
    alice = remote_of("alice")
    made(alice, create(1, BOB), create(2))
    alice.delta(None, window)
    alice.find_ours()
    assert twin.errors == []
