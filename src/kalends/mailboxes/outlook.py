"""What the calendar asks of Outlook, answered from the ledger; plugged in when Django starts (apps.py)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from kalends.calendars.connections import Edited, plug
from kalends.calendars.views import Badge, BadgeKind
from kalends.domain.event import Field
from kalends.domain.invitations import Told
from kalends.mailboxes.dirt import CONNECTED, note_edit
from kalends.mailboxes.models import Dirty, Hold, Link, Mailbox
from kalends.mailboxes.outgoing import note_invitations, told_of
from kalends.mailboxes.replies import answers_by_mail, note_reply

IN_SYNC = Badge(kind=BadgeKind.IN_SYNC, words="In sync with your Outlook.")
WAITING = Badge(kind=BadgeKind.WAITING, words="Waiting to be written to your Outlook.")
ONLY_HERE = Badge(kind=BadgeKind.ONLY_HERE, words="Not in your Outlook.")


class Outlook:
    """The `Connections` of an installation with Outlook."""

    def connected(self, people: Collection[int]) -> frozenset[int]:
        mailboxes = Mailbox.objects.filter(person_id__in=people, current=True, state__in=CONNECTED)
        return frozenset(mailboxes.values_list("person_id", flat=True))

    def edited(self, edit: Edited) -> None:
        note_edit(edit)
        note_invitations(edit)
        note_reply(edit)

    def linked(self, person: int, event: UUID) -> bool:
        return Link.objects.filter(
            mailbox__person_id=person, mailbox__current=True, event_id=event, active=True, cancelled=False
        ).exists()

    def unwritable(self, person: int, event: UUID) -> frozenset[Field]:
        links = Link.objects.filter(mailbox__person_id=person, mailbox__current=True, event_id=event, active=True)
        return frozenset(Field(name) for names in links.values_list("unwritable", flat=True) for name in names)

    def answers_by_mail(self, person: int, event: UUID) -> bool:
        return answers_by_mail(person, event)

    def told(self, event: UUID) -> Mapping[str, Told]:
        return told_of(event)

    def badges(self, person: int, events: Collection[UUID]) -> Mapping[UUID, Badge]:
        mailbox = Mailbox.objects.filter(person_id=person, current=True, state__in=CONNECTED).first()
        if mailbox is None:
            return {}
        linked = Link.objects.filter(mailbox=mailbox, event_id__in=events, active=True)
        badges = dict.fromkeys(events, ONLY_HERE) | dict.fromkeys(linked.values_list("event_id", flat=True), IN_SYNC)
        waiting = Dirty.objects.filter(mailbox=mailbox, event_id__in=events).values_list("event_id", flat=True)
        badges |= dict.fromkeys(waiting, WAITING)
        holds = Hold.objects.filter(mailbox=mailbox, event_id__in=events, dismissed=False)
        held = {hold.event_id: Badge(kind=BadgeKind.HELD, words=hold.record["reason"]) for hold in holds}
        return badges | {event: badge for event, badge in held.items() if event is not None}


plug(Outlook())
