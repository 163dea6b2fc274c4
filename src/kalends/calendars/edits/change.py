"""Changing an event: shared fields by its organizer, personal ones by everybody for himself."""

from kalends.accounts.models import Person
from kalends.calendars.edits.act import Act, editing, refuse_if_overtaken
from kalends.calendars.edits.checks import refuse_shared, refuse_unwritable, scheduler_of_first_invitation, sound, split
from kalends.calendars.errors import EditRefused
from kalends.calendars.history import Source
from kalends.domain.event import Field, Scheduler
from kalends.domain.span import Span
from kalends.sync.snapshot import Values


def change_event(
    by: Person, event_id: str, changes: Values, version: int | None = None, *, source: Source = Source.KALENDS
) -> None:
    """Give fields new values; `version` is the one the editor saw. An ANSWER is `respond`'s.

    Raises EditRefused, NoSuchEvent, Stale.
    """
    if Field.ANSWER in changes:
        raise EditRefused("An answer is given with Accept, Tentative or Decline.")
    with editing(by, event_id, source=source) as act:
        _change(act, changes, version)


def move_event(
    by: Person, event_id: str, when: Span, version: int | None = None, *, source: Source = Source.KALENDS
) -> None:
    """Give an event another time."""
    change_event(by, event_id, {Field.WHEN: when}, version, source=source)


def invite_through_outlook(by: Person, event_id: str) -> None:
    """The organizer of a quiet meeting lets his Outlook invite everybody on the list (RULES 2.3, 7.1)."""
    with editing(by, event_id, cause="invited through Outlook") as act:
        refuse_shared(act)
        if act.row.scheduler != Scheduler.NOBODY:
            raise EditRefused("The people of this meeting were already invited.")
        scheduler = scheduler_of_first_invitation(by)
        if scheduler is not Scheduler.OUTLOOK:
            raise EditRefused("Your Outlook is not connected.")
        act.hand_over(scheduler)


def _change(act: Act, changes: Values, version: int | None) -> None:
    shared, personal = split(sound(changes, _organizer_keys(act)))
    present = act.event
    shared = {name: value for name, value in shared.items() if getattr(present, name.value) != value}
    if shared:
        refuse_shared(act)
    refuse_unwritable(act, shared)
    refuse_if_overtaken(act, version, set(shared) | set(personal))
    _choose_scheduler(act, shared)
    act.set_shared(shared)
    if personal:
        act.set_personal(personal)


def _choose_scheduler(act: Act, shared: Values) -> None:
    """The first invitation of a meeting decides who tells people about it, for its whole life (RULES 2.1)."""
    first = not any(each.listed for each in act.participants) and bool(shared.get(Field.ATTENDEES))
    if first and act.row.scheduler == Scheduler.NOBODY:
        act.row.scheduler = scheduler_of_first_invitation(act.by).value


def _organizer_keys(act: Act) -> set[str]:
    keys = {each.address_folded for each in act.participants if each.is_organizer}
    return keys | set(act.by.addresses.values_list("address", flat=True)) if act.organizes else keys
