"""“Where is it?”: every answer that leaves room for doubt says so, and deletes nothing (RULES 5.1)."""

from collections.abc import Callable

import pytest

from graphtwin.app import Twin
from graphtwin.faults import Fault
from kalends.graph.client import Call, Graph
from kalends.graph.remote import GraphRemote
from kalends.sync.errors import AccessLost, Transient, Unsure
from kalends.sync.ports import Whereabouts

RemoteOf = Callable[[str], GraphRemote]


@pytest.fixture
def event_id(graph: Graph, remote_of: RemoteOf) -> str:
    """An event of Alice's."""
    moment = {"dateTime": "2026-08-03T09:00:00", "timeZone": "UTC"}
    graph.demand(Call(method="POST", path="/me/events", body={"subject": "Here", "start": moment, "end": moment}))
    (item,) = remote_of("alice").find_by_uid([_uid(graph)])
    return item.remote_id


def _uid(graph: Graph) -> str:
    (page,) = graph.pages("/me/events?$select=iCalUId")
    return bytes(page.value[0]).decode().split('"iCalUId":"')[1].split('"')[0]


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        ((404, "ResourceNotFound"), Unsure),
        ((403, "ErrorAccessDenied"), Unsure),
        ((400, "ErrorInvalidRequest"), Unsure),
        ((401, "InvalidAuthenticationToken"), AccessLost),
        ((404, "MailboxNotEnabledForRESTAPI"), AccessLost),
        ((404, "ErrorMailboxStoreUnavailable"), Transient),
        ((429, "ApplicationThrottled"), Transient),
        ((500, "ErrorInternalServerError"), Transient),
    ],
)
def test_it_is_unsure_of_anything_but_not_found(
    twin: Twin, remote_of: RemoteOf, event_id: str, refusal: tuple[int, str], kind: type[Exception]
) -> None:
    for path in ("/v1.0/me/events/*", "*/calendarView"):
        twin.faults.arm(Fault(kind="error", status=refusal[0], code=refusal[1], method="GET", path=path))
        with pytest.raises(kind):
            remote_of("alice").look([event_id])
        twin.faults.disarm()


def test_an_item_that_answers_and_is_listed_nowhere_is_deleted(twin: Twin, remote_of: RemoteOf, event_id: str) -> None:
    """What lies in Deleted Items still answers by its id for a while (FACTS.md §5)."""
    twin.faults.arm(Fault(kind="brokenMember", path="*/calendarView", member="id", value="another"))
    assert remote_of("alice").look([event_id])[event_id].whereabouts is Whereabouts.NOWHERE


def test_it_pages_through_a_full_day(graph: Graph, remote_of: RemoteOf, event_id: str) -> None:
    moment = {"dateTime": "2026-08-03T08:00:00", "timeZone": "UTC"}
    for number in range(250):
        body = {"subject": f"Number {number}", "start": moment, "end": moment}
        graph.demand(Call(method="POST", path="/me/events", body=body))
    assert remote_of("alice").look([event_id])[event_id].whereabouts is Whereabouts.LISTED


def test_a_series_is_looked_for_among_the_events(graph: Graph, remote_of: RemoteOf) -> None:
    """A calendar view lists occurrences, never their series."""
    recurrence = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": "2026-08-03", "numberOfOccurrences": 3},
    }
    moment = {"dateTime": "2026-08-03T09:00:00", "timeZone": "UTC"}
    body = {"subject": "Daily", "start": moment, "end": moment, "recurrence": recurrence}
    graph.demand(Call(method="POST", path="/me/events", body=body))
    (item,) = remote_of("alice").find_by_uid([_uid(graph)])
    sighting = remote_of("alice").look([item.remote_id])[item.remote_id]
    assert (sighting.whereabouts, sighting.item and sighting.item.kind) == (Whereabouts.LISTED, "seriesMaster")
