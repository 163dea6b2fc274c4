"""What is not established about the real service, as switches with defaults (FACTS §25; each has its entry in
QUIRKS.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_type_hints

import msgspec


@dataclass(slots=True, frozen=True, kw_only=True)
class Switches:
    """Every field is a question FACTS §25 leaves open, or a delay and limit a test may want to move."""

    # §8.1, §25.1: members whose PATCH by the organizer mails nobody
    quiet_members: tuple[str, ...] = field(
        default=(
            "categories",
            "isReminderOn",
            "reminderMinutesBeforeStart",
            "showAs",
            "singleValueExtendedProperties",
            "multiValueExtendedProperties",
            "extensions",
            "transactionId",
        )
    )
    # §8.5, §25.2: PATCH with isDraft true on a sent meeting holds the update back
    draft_patch_holds_back_update: bool = True
    # §2.5, §25.3
    transaction_id_freed_by_deletion: bool = False
    # §4.4, §25.4
    exceptions_dropped_when_master_moves: bool = True
    deleted_dates_return_when_master_moves: bool = True
    # §6.1, §25.5
    delta_page_size: int = 50
    delta_page_size_limit: int = 1000
    delta_token_life_days: int = 0
    # §6.3: events outside the window that were changed come as @removed
    delta_tells_of_events_outside_window: bool = True
    # §6.3, §25.6
    removed_entry_for_deleted_occurrence: bool = False
    # §6.4, §25.5
    expired_delta_answer: str = "SyncStateNotFound"
    # §6.2: empty pages and replays may happen
    delta_empty_page_before_last: bool = False
    delta_replays_last_changes: int = 0
    # §6.1, §25.10
    events_delta_enabled: bool = True
    # §7.3, §25.7
    answer_mailed_when_not_requested: bool = True
    # §8.1, §25.8
    permanent_delete_mails_cancellation: bool = True
    # §8.2, §25.8
    invitee_deletion_mails_response: bool = False
    # §8.1, §25.13
    past_meetings_mail: bool = True
    # §10, §25.9: "precondition-failed" (412) or "conflict" (409)
    stale_etag: Literal["precondition-failed", "conflict"] = "precondition-failed"
    # §8.2: "not-found" (404) or "invalid-request" (400)
    second_delete: Literal["not-found", "invalid-request"] = "not-found"
    second_delete_consumer: Literal["not-found", "invalid-request"] = "invalid-request"
    # §7.4: a cancellation for a deleted copy puts a stub back
    cancelled_stub_returns_work: bool = False
    cancelled_stub_returns_consumer: bool = True
    # §10: the server touches the item once more, a second after its creation
    change_key_moves_after_create: bool = False
    # §7.1
    delivery_delay_seconds: float = 0.0
    # §13, §25.11
    notification_delay_seconds: float = 0.0
    # §11, §12
    limit_concurrency: bool = True
    limit_rate: bool = True

    def changed(self, values: dict[str, Any]) -> Switches:
        """Return switches with the named values; raises ValueError for an unknown name or a wrong type."""
        hints = get_type_hints(Switches)
        unknown = set(values) - {each.name for each in fields(self)}
        if unknown:
            raise ValueError(f"unknown switches: {', '.join(sorted(unknown))}")
        try:
            return replace(self, **{name: msgspec.convert(value, hints[name]) for name, value in values.items()})
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from error
