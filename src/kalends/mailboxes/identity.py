"""Whose account it is: (tenant id, object id), never an address (RULES 1.3); and the addresses it brings along."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Lower

from kalends.accounts.models import Address, Person
from kalends.calendars.models import Event, Participant
from kalends.domain.attendee import normal_address
from kalends.graph.auth import SignIn
from kalends.graph.owner import Owner
from kalends.mailboxes.models import Connection, Link, Mailbox, Organisation

CAN_BE_REPLACED = frozenset({Connection.CONSENTED, Connection.STOPPED})


class ConnectRefused(Exception):
    """This account cannot be connected here; the words say why, and what would help."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def claim(person: Person, sign_in: SignIn, owner: Owner) -> Mailbox:
    """The mailbox of this account for this person, found or made; raises ConnectRefused.

    The same account again is the same mailbox and goes on where it stopped. Another account takes the place of one that
    is stopped or was never started; the old one's links are kept, inactive (RULES 14.3).
    """
    with transaction.atomic():
        organisation, _ = Organisation.objects.get_or_create(tenant_id=sign_in.tenant_id)
        known = Mailbox.objects.select_for_update().filter(organisation=organisation, object_id=sign_in.object_id)
        mailbox = known.first()
        if mailbox is not None and mailbox.person_id != person.pk:
            raise ConnectRefused(
                f"The Outlook account {mailbox.address} is already connected by {mailbox.person}. One account can be "
                "connected by one person only. Sign in with your own account."
            )
        if mailbox is None or not mailbox.current:
            _make_room(person, owner.address)
        if mailbox is None:
            mailbox = Mailbox(person=person, organisation=organisation, object_id=sign_in.object_id)
        _fill(mailbox, owner)
        adopt(person, owner.addresses)
    return mailbox


def _fill(mailbox: Mailbox, owner: Owner) -> None:
    mailbox.address, mailbox.user_principal_name = owner.address, owner.user_name
    if not mailbox.current:
        mailbox.current, mailbox.state, mailbox.delta_link = True, Connection.CONSENTED, ""
    if mailbox.state == Connection.LOST:
        mailbox.state = Connection.ACTIVE if mailbox.started_at else Connection.CONSENTED
    mailbox.state_reason, mailbox.last_problem, mailbox.failures, mailbox.retry_at = "", "", 0, None
    mailbox.save()


def _make_room(person: Person, address: str) -> None:
    """Put the person's present mailbox aside; raises ConnectRefused while it is in use."""
    present = Mailbox.objects.select_for_update().filter(person=person, current=True).first()
    if present is None:
        return
    if present.state not in CAN_BE_REPLACED:
        raise ConnectRefused(
            f"Your calendar is in sync with {present.address}, and you signed in as {address}. To go on with "
            f"{present.address}, connect again and pick it. To change accounts, stop the sync first."
        )
    present.current, present.state = False, Connection.STOPPED
    present.save(update_fields=["current", "state"])
    Link.objects.filter(mailbox=present, active=True).update(active=False)
    present.subscriptions.all().delete()


def adopt(person: Person, addresses: Iterable[str]) -> None:
    """These addresses are the person's from now on, and so is what was addressed to them.

    An address that somebody else here is known by stays with them: an address proves nothing (RULES 1.3).
    """
    for address in {normal_address(each) for each in addresses}:
        known, _ = Address.objects.get_or_create(address=address, defaults={"person": person})
        if known.person_id == person.pk:
            Participant.objects.filter(address_folded=address, person=None).update(person=person)
            organized = Event.objects.annotate(organizer_folded=Lower("organizer_address"))
            organized.filter(organizer=None, organizer_folded=address).update(organizer=person)
