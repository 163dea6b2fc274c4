"""The switches of behaviour in a sentence each, for the page; QUIRKS.md has their sources and tests."""

from __future__ import annotations

WORDS = {
    "quiet_members": "Members whose change by the organizer mails nobody.",
    "draft_patch_holds_back_update": "Setting isDraft on a meeting that was sent holds its update back.",
    "transaction_id_freed_by_deletion": "A transactionId may be used again once its event was deleted.",
    "exceptions_dropped_when_master_moves": "Changed occurrences are lost when the series moves.",
    "deleted_dates_return_when_master_moves": "Deleted occurrences come back when the series moves.",
    "delta_page_size": "Events on a page of delta when the client does not say.",
    "delta_page_size_limit": "The most a client may ask for on a page of delta.",
    "delta_token_life_days": "After how many days a delta token is too old; 0: never.",
    "delta_tells_of_events_outside_window": "Delta tells of changed events outside its window, as removed.",
    "removed_entry_for_deleted_occurrence": "Delta tells of a deleted occurrence by an entry of its own.",
    "expired_delta_answer": "The code of the 410 for a delta token that is too old.",
    "delta_empty_page_before_last": "Delta sends an empty page before the last one.",
    "delta_replays_last_changes": "How many changes, already told, delta tells again.",
    "events_delta_enabled": "events/delta is answered beside calendarView/delta.",
    "answer_mailed_when_not_requested": "An answer is mailed though the organizer asked for none.",
    "permanent_delete_mails_cancellation": "permanentDelete of a meeting mails a cancellation.",
    "invitee_deletion_mails_response": "An invitee's deletion declines: the organizer gets a mail.",
    "past_meetings_mail": "Meetings that are over mail invitations, updates and cancellations like others.",
    "stale_etag": "What a stale If-Match is answered with: precondition-failed (412) or conflict (409).",
    "second_delete": "What a second DELETE is answered with: not-found (404) or invalid-request (400).",
    "cancelled_stub_returns_work": "A cancelled meeting the attendee had deleted comes back as a stub; organisation.",
    "cancelled_stub_returns_consumer": "The same for personal accounts.",
    "second_delete_consumer": "The same in a personal account.",
    "change_key_moves_after_create": "The server touches an event once more, a second after it was made.",
    "delivery_delay_seconds": "How long an invitation travels, in seconds.",
    "notification_delay_seconds": "How long a change notification takes, in seconds.",
    "limit_concurrency": "More than four requests at a time to a mailbox are refused with 429.",
    "limit_rate": "More than 10,000 requests in ten minutes to a mailbox are refused with 429.",
}


def words_of(name: str) -> str:
    """The sentence of a switch, or its name in words while it has none."""
    return WORDS.get(name, f"{name.replace('_', ' ').capitalize()}.")
