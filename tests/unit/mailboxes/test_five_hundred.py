"""500 events of every documented shape on each side become one calendar; then it is quiet (issue 2, RULES 4.5)."""

from typing import Any

from kalends.accounts.models import Person
from kalends.calendars import edits
from kalends.calendars.models import Change
from kalends.calendars.models import Event as EventRow
from kalends.domain.event import Field, OnlineMeeting
from kalends.graph.meeting_block import block_in
from kalends.mailboxes.models import Dirty, Hold, Intent, Link, Mailbox, Mark
from kalends.mailboxes.sync import ports_of
from kalends.sync.merge import mean_the_same
from kalends.sync.snapshot import Value, Values
from tests.unit.mailboxes import shapes
from tests.unit.mailboxes.office import Office

EACH = 500
STUBS = 10
"""Cancelled meetings that Kalends never knew: they are not taken in (RULES 8.1)."""


def without_block(values: Values) -> str:
    """The body without what the online meeting wrote into it: that is Outlook's own (RULES 4.4)."""
    body, online = str(values[Field.BODY]), values[Field.ONLINE_MEETING]
    block = block_in(body, online.join_url) if isinstance(online, OnlineMeeting) and online.join_url else None
    return body.replace(block, "") if block else body


def differences(office: Office, person: Person) -> list[tuple[str, Field, object, object]]:
    """Every field in which an event and its copy do not mean the same."""
    mailbox = Mailbox.objects.get(person=person, current=True)
    ports = ports_of(mailbox, office.microsoft)
    linked = ports.ledger.linked_items()
    links, events = ports.ledger.links_of_events(linked.values()), ports.local.read(linked.values())
    items = {item.remote_id: item for item in ports.remote.delta(None, shapes.WINDOW).items}
    found: list[tuple[str, Field, object, object]] = []
    for remote_id, event_id in linked.items():
        item, local = items[remote_id], events[event_id]
        for field, value in {**item.values, Field.BODY: without_block(item.values)}.items():
            skipped = field is Field.ATTENDEES and links[event_id].quiet
            if not skipped and not mean_the_same(field, _said(field, local.values), value):
                found.append((str(local.values[Field.SUBJECT]), field, local.values[field], value))
    return found


def _said(field: Field, values: Values) -> Value:
    return without_block(values) if field is Field.BODY else values[field]


def rows() -> dict[str, Any]:
    """Everything that a quiet round must not touch."""
    counted = {kind.__name__: kind.objects.count() for kind in (EventRow, Change, Link, Dirty, Intent, Mark, Hold)}
    links = list(Link.objects.order_by("pk").values_list("remote_id", "etag", "ours", "theirs"))
    return {**counted, "versions": sorted(EventRow.objects.values_list("pk", "version")), "links": links}


def test_it_makes_one_calendar_of_two_and_is_quiet(office: Office, alice: Person, bob: Person) -> None:
    office.load(alice, [shapes.theirs(number, bob.email) for number in range(EACH)])
    for number in range(EACH):
        event, personal = shapes.ours(number, bob.email)
        edits.create_event(alice, event, personal)
    office.connect(alice)
    copies = [copy for copy in office.copies(alice) if not copy["isCancelled"]]
    assert Link.objects.filter(active=True).count() == len(copies) == EventRow.objects.count() == 2 * EACH - STUBS
    assert [(hold.kind, hold.record["reason"]) for hold in Hold.objects.all()] == []
    assert differences(office, alice) == []
    assert office.mails() == []
    before = rows()
    office.forget_traffic()
    office.sync(alice)
    assert rows() == before
    assert [method for method, _, _ in office.requests()] == ["GET"]
    assert office.mails() == []
