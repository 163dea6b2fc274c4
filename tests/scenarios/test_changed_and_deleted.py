"""Changing, deleting and answering on either side of a linked event."""

import pytest

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.errors import EditRefused
from kalends.calendars.models import Event as EventRow
from kalends.domain.attendee import Partstat
from kalends.domain.event import Field, Place, State
from kalends.mailboxes import connect
from kalends.mailboxes.models import Hold, Link
from kalends.mailboxes.queries import sync_state
from kalends.mailboxes.views import SyncKind
from tests.scenarios.scene import all_quiet, copy_in, e_here, e_in_outlook, here, linked_e, nine, shown, writes
from tests.unit.mailboxes.office import Office, graph_event


def test_o037_a_rename_is_one_patch_of_the_subject_alone(office: Office, mike: Person, john: Person) -> None:
    event_id, item = linked_e(office, mike, john)
    before = office.copies(mike)[0]
    edits.change_event(mike, event_id, {Field.SUBJECT: "renamed"})
    office.sync(mike)
    assert writes(office) == [("PATCH", f"/v1.0/me/events/{item}", 200)]
    after = office.copies(mike)[0]
    moved = {name for name in after if after[name] != before[name]}
    assert moved <= {"subject", "@odata.etag", "changeKey", "lastModifiedDateTime", "webLink"}
    assert office.mails() == [("update-info", john.email)]


def test_o055_a_rename_in_outlook_renames_here(office: Office, mike: Person) -> None:
    _, item = linked_e(office, mike)
    office.outlook(mike, "PATCH", f"events/{item}", {"subject": "renamed"})
    office.settle(mike)
    assert (shown(mike), all_quiet()) == (["renamed"], True)


def test_o070_an_attendee_who_deletes_takes_nobody_elses_meeting_away(
    office: Office, mike: Person, john: Person
) -> None:
    event_id, _ = linked_e(office, mike, john)
    edits.delete_event(john, event_id)
    office.settle(john, mike)
    assert (shown(mike), shown(john)) == (["simple_event"], [])
    assert (office.subjects(mike), office.subjects(john), office.mails()) == (["simple_event"], [], [])


def test_o072_an_attendee_who_archives_hides_it_for_himself(office: Office, mike: Person, john: Person) -> None:
    event_id, _ = linked_e(office, mike, john)
    edits.archive_event(john, event_id)
    office.settle(john, mike)
    assert (shown(mike), shown(john), office.subjects(mike)) == (["simple_event"], [], ["simple_event"])
    assert office.mails() == []


def test_o074_a_deletion_in_outlook_deletes_here_and_is_not_sent_back(office: Office, mike: Person) -> None:
    _, item = linked_e(office, mike)
    office.outlook(mike, "DELETE", f"events/{item}")
    office.forget_traffic()
    office.settle(mike)
    assert (shown(mike), writes(office)) == ([], [])
    assert [entry.subject for entry in queries.trash(mike)] == ["simple_event"]


def test_o088_an_answer_here_is_an_accept_with_a_reply_in_the_attendees_mailbox(
    office: Office, mike: Person, john: Person
) -> None:
    event_id, _ = linked_e(office, mike, john)
    item = copy_in(office, john)["id"]
    edits.respond(john, event_id, Partstat.ACCEPTED)
    office.sync(john)
    assert writes(office) == [("POST", f"/v1.0/me/events/{item}/accept", 202)]
    assert office.mails() == [("response", mike.email)]


def test_o090_an_answer_in_outlook_is_shown_here(office: Office, mike: Person, john: Person) -> None:
    linked_e(office, mike, john)
    item = copy_in(office, john)["id"]
    office.outlook(john, "POST", f"events/{item}/accept", {"sendResponse": True})
    office.settle(john)
    personal = here(john).personal
    assert personal is not None
    assert personal.answer.partstat is Partstat.ACCEPTED


def test_o092_a_decline_in_outlook_hides_it_and_reaches_the_organizer(
    office: Office, mike: Person, john: Person
) -> None:
    linked_e(office, mike, john)
    office.outlook(john, "POST", f"events/{copy_in(office, john)['id']}/decline", {"sendResponse": True})
    office.settle(john, mike)
    assert shown(john) == []
    assert here(mike).participants[1].partstat is Partstat.DECLINED


def test_o094_an_invitation_from_outside_can_be_accepted(office: Office, john: Person) -> None:
    organizer = {"emailAddress": {"address": "eve@else.example", "name": "Eve"}}
    office.load(john, [e_in_outlook(john, organizer=organizer, isOrganizer=False)])
    office.connect(john)
    item = copy_in(office, john)["id"]
    office.forget_traffic()
    edits.respond(john, here(john).id, Partstat.ACCEPTED)
    office.sync(john)
    assert writes(office) == [("POST", f"/v1.0/me/events/{item}/accept", 202)]
    assert office.mails() == [("response", "eve@else.example")]


def test_o096_the_state_says_stopped(office: Office, mike: Person) -> None:
    linked_e(office, mike)
    from_start = sync_state(mike).kind
    connect.stop(mike, office.microsoft)
    assert (from_start, sync_state(mike).kind) == (SyncKind.IN_SYNC, SyncKind.STOPPED)


def test_o098_the_organizer_answers_nothing(office: Office, mike: Person, john: Person) -> None:
    event_id, _ = linked_e(office, mike, john)
    with pytest.raises(EditRefused):
        edits.respond(mike, event_id, Partstat.ACCEPTED)
    office.sync(mike)
    assert writes(office) == []


def test_o112_an_unknown_removed_item_matches_nothing(office: Office, mike: Person) -> None:
    linked_e(office, mike)
    (stray,) = office.load(mike, [graph_event("stray", 3)])
    office.outlook(mike, "DELETE", f"events/{stray}")
    office.settle(mike)
    assert shown(mike) == ["simple_event"]


def test_o139_a_deletion_that_finds_nothing_is_done(office: Office, mike: Person) -> None:
    event_id, item = linked_e(office, mike)
    edits.delete_event(mike, event_id)
    office.outlook(mike, "DELETE", f"events/{item}")
    office.settle(mike)
    assert (shown(mike), Link.objects.filter(active=True).count(), all_quiet()) == ([], 0, True)


def test_o141_a_deletion_here_is_one_delete_and_leaves_nothing_waiting(office: Office, mike: Person) -> None:
    event_id, item = linked_e(office, mike)
    edits.delete_event(mike, event_id)
    office.sync(mike)
    assert writes(office) == [("DELETE", f"/v1.0/me/events/{item}", 204)]
    assert (office.copies(mike), all_quiet()) == ([], True)


def test_o186_a_description_with_a_link_stays_as_it_is(office: Office, mike: Person) -> None:
    text = '<p>See <a href="https://example.com/a?b=1&amp;c=2">this</a></p>'
    event_id, item = linked_e(office, mike)
    edits.change_event(mike, event_id, {Field.BODY: text})
    office.settle(mike)
    for number in range(3):
        office.outlook(mike, "PATCH", f"events/{item}", {"subject": f"simple_event {number}"})
        office.settle(mike)
        edits.change_event(mike, event_id, {Field.SUBJECT: f"event {number}"})
        office.settle(mike)
    assert text in copy_in(office, mike)["body"]["content"]
    assert here(mike).event.body == text


def test_o195_a_patch_that_finds_nothing_is_not_repeated_for_ever(office: Office, mike: Person) -> None:
    event_id, item = linked_e(office, mike)
    edits.change_event(mike, event_id, {Field.SUBJECT: "renamed"})
    office.outlook(mike, "DELETE", f"events/{item}")
    office.settle(mike)
    assert all_quiet()
    office.forget_traffic()
    office.sync(mike)
    assert writes(office) == []
    assert office.subjects(mike) == shown(mike)


def test_o197_an_attendees_deletion_leaves_the_organizers_link_alone(
    office: Office, mike: Person, john: Person
) -> None:
    e = e_in_outlook(john)
    office.outlook(mike, "POST", "events", e)
    office.connect(john)
    office.connect(mike)
    office.outlook(john, "DELETE", f"events/{copy_in(office, john)['id']}")
    office.settle(john, mike)
    assert (shown(mike), shown(john)) == (["simple_event"], [])
    assert Link.objects.get(active=True).mailbox.person == mike


def test_o201_different_fields_changed_on_both_sides_are_both_kept(office: Office, mike: Person) -> None:
    event_id, item = linked_e(office, mike)
    office.outlook(mike, "PATCH", f"events/{item}", {"subject": "by Outlook"})
    edits.change_event(mike, event_id, {Field.PLACES: (Place(name="by Kalends"),)})
    office.settle(mike)
    copy, event = copy_in(office, mike), here(mike).event
    assert (copy["subject"], copy["location"]["displayName"]) == ("by Outlook", "by Kalends")
    assert (event.subject, event.places[0].name) == ("by Outlook", "by Kalends")
    assert queries.conflicts(mike) == []


def test_the_same_field_changed_on_both_sides_loses_nothing(office: Office, mike: Person, john: Person) -> None:
    """RULES 4.3: Outlook's value wins where people were told; the other waits in the inbox, one press away."""
    event_id, item = linked_e(office, mike, john)
    office.outlook(mike, "PATCH", f"events/{item}", {"subject": "by Outlook"})
    edits.change_event(mike, event_id, {Field.SUBJECT: "by Kalends"})
    office.settle(mike, john)
    assert copy_in(office, mike)["subject"] == here(mike).event.subject == "by Outlook"
    (conflict,) = queries.conflicts(mike)
    assert (conflict.ours, conflict.theirs, conflict.kept) == ("by Kalends", "by Outlook", "outlook")
    edits.use_other_value(mike, conflict.id)
    office.settle(mike, john)
    assert copy_in(office, mike)["subject"] == copy_in(office, john)["subject"] == "by Kalends"
    assert queries.conflicts(mike) == []


def test_o214_what_the_sync_writes_is_not_sent_back(office: Office, mike: Person, john: Person) -> None:
    _, item = linked_e(office, mike, john)
    office.outlook(mike, "PATCH", f"events/{item}", {"subject": "renamed", "importance": "high"})
    office.forget_traffic()
    office.settle(mike, john)
    assert (writes(office), office.mails()) == ([], [])


def test_a_cancelled_meeting_comes_back_as_a_new_one(office: Office, mike: Person, john: Person) -> None:
    """RULES 8.1"""
    event_id, _ = linked_e(office, mike, john)
    edits.delete_event(mike, event_id)
    office.settle(mike, john)
    office.forget_traffic()
    assert [mail.recipient for mail in edits.preview_restore(mike, event_id)] == [john.email]
    renewed = edits.restore_event(mike, event_id)
    office.settle(mike, john)
    assert renewed != event_id
    assert office.mails() == [("request", john.email)]
    assert shown(mike) == shown(john) == ["simple_event"]
    assert EventRow.objects.get(pk=event_id).state == State.TRASHED


def test_archiving_a_coming_meeting_cancels_it_and_an_ended_one_does_not(
    office: Office, mike: Person, john: Person
) -> None:
    """RULES 8.2"""
    office.connect(mike)
    coming, ended = e_here(mike, john), e_here(mike, john)
    edits.move_event(mike, ended, nine(-3))
    office.settle(mike)
    office.forget_traffic()
    assert len(edits.preview_archive(mike, coming)) == 1
    assert edits.preview_archive(mike, ended) == ()
    for event_id in (coming, ended):
        edits.archive_event(mike, event_id)
    office.settle(mike)
    assert office.mails() == [("cancel", john.email)]
    assert len(office.copies(mike)) == 1
    assert not Hold.objects.exists()
