"""The verbs of the calendar: everything screens, API and command line may write (STYLE 8).

Each checks permission, writes rows, history, marks and dirty rows, and queues the sync, in one transaction. They raise
`EditRefused`, `NoSuchEvent` and `Stale` (errors.py), each with words for the person.
"""

from kalends.calendars.edits.answer import respond
from kalends.calendars.edits.archive import archive_event, unarchive_event
from kalends.calendars.edits.change import change_event, invite_through_outlook, move_event
from kalends.calendars.edits.conflicts import (
    dismiss_conflict,
    keep_both_values,
    preview_other_value,
    use_other_value,
)
from kalends.calendars.edits.create import create_event
from kalends.calendars.edits.outside import OutsideAnswer, answer_from_outside, proposal_from_outside
from kalends.calendars.edits.preview import (
    preview_archive,
    preview_change,
    preview_create,
    preview_delete,
    preview_respond,
    preview_restore,
)
from kalends.calendars.edits.removal import delete_event, hide_event, purge_event, restore_event
from kalends.calendars.edits.tell import preview_tell, tell_people
from kalends.calendars.edits.undo import preview_undo, undo

__all__ = [
    "OutsideAnswer",
    "answer_from_outside",
    "archive_event",
    "change_event",
    "create_event",
    "delete_event",
    "dismiss_conflict",
    "hide_event",
    "invite_through_outlook",
    "keep_both_values",
    "move_event",
    "preview_archive",
    "preview_change",
    "preview_create",
    "preview_delete",
    "preview_other_value",
    "preview_respond",
    "preview_restore",
    "preview_tell",
    "preview_undo",
    "proposal_from_outside",
    "purge_event",
    "respond",
    "restore_event",
    "tell_people",
    "unarchive_event",
    "undo",
    "use_other_value",
]
