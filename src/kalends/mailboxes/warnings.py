"""What has to be told by mail because nobody may be looking: a secret that runs out, an access that was lost.

| what                                  | to whom             | how often                                    |
|---------------------------------------|---------------------|----------------------------------------------|
| the client secret runs out (FEATURES 1.7) | every administrator | once each at 30, 14, 7 and 1 days, and when it has |
| access to Outlook was lost (FEATURES 6.6) | its owner           | once, until it is connected again            |

The banners say the same as long as it is so: `secret_banner` here, the state line (queries.sync_state) for the access.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.domain.attendee import Attendee
from kalends.mailboxes.mail_models import OutgoingMail, Warned
from kalends.mailboxes.mail_sender import kalends_itself
from kalends.mailboxes.mail_text import Envelope, plain_mail
from kalends.mailboxes.models import Connection, Mailbox
from kalends.mailboxes.outgoing import keep_or_send, new_message_id
from kalends.options.stored import read, read_text

STEPS = (30, 14, 7, 1, 0)
WARNING = "warning"


def warn(today: dt.date | None = None) -> int:
    """Write the warnings that are due; returns how many mails they are."""
    return _warn_of_secret(today or timezone.now().date()) + _warn_of_lost_access()


def secret_banner(today: dt.date | None = None) -> str:
    """What administrators are shown while the secret is about to run out; empty otherwise."""
    days = _days_left(today or timezone.now().date())
    return _secret_words(days) if days is not None and days <= STEPS[0] else ""


def _warn_of_secret(today: dt.date) -> int:
    days = _days_left(today)
    if days is None or days > STEPS[0]:
        return 0
    step = min(each for each in STEPS if days <= each)
    key = f"secret:{read('outlook.client_secret_expires')}:{step}"
    people = Person.objects.filter(is_administrator=True, is_active=True)
    words = f"{_secret_words(days)}\n\n{settings.BASE_URL}/settings/outlook\n"
    return sum(_tell_once(f"{key}:{each.pk}", each, "The Outlook client secret runs out", words) for each in people)


def _days_left(today: dt.date) -> int | None:
    """Days until the last living secret runs out; None when none is used, or its day is not known."""
    if not read_text("outlook.client_secret") or read_text("outlook.certificate_key"):
        return None
    names = ["outlook.client_secret_expires"]
    if read_text("outlook.next_client_secret"):
        names.append("outlook.next_client_secret_expires")
    days = [day for day in map(read, names) if isinstance(day, dt.date)]
    return (max(days) - today).days if len(days) == len(names) else None


def _secret_words(days: int) -> str:
    if days < 0:
        return "The client secret of the Outlook registration has run out. Edits wait until a new one is entered."
    when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
    return (
        f"The client secret of the Outlook registration runs out {when}. "
        "Make a new one with Microsoft and enter it as the next client secret; nobody has to connect again."
    )


def _warn_of_lost_access() -> int:
    lost = Mailbox.objects.filter(current=True, state=Connection.LOST).select_related("person")
    keys = {f"lost:{each.pk}": each for each in lost}
    Warned.objects.filter(key__startswith="lost:").exclude(key__in=keys).delete()
    return sum(_tell_once(key, each.person, "Outlook needs you", _lost_words(each)) for key, each in keys.items())


def _lost_words(mailbox: Mailbox) -> str:
    return (
        f"Kalends can no longer reach the Outlook calendar of {mailbox.address}. {mailbox.state_reason}\n\n"
        "Nothing is lost: your edits wait, and after you connect again everything goes on where it stopped.\n\n"
        f"Connect again: {settings.BASE_URL}/outlook/connect\n"
    )


def _tell_once(key: str, person: Person, subject: str, words: str) -> int:
    """One mail under this key, ever; both or neither are written."""
    with transaction.atomic():
        _, fresh = Warned.objects.get_or_create(key=key, defaults={"at": timezone.now()})
        if fresh:
            _write(person, subject, words)
    return int(fresh)


def _write(person: Person, subject: str, words: str) -> None:
    at, sender = timezone.now(), kalends_itself()
    to = Attendee(address=person.email, name=person.name)
    envelope = Envelope(message_id=new_message_id(), at=at, sender=sender, recipient=to)
    keep_or_send(
        OutgoingMail(
            sender=sender.envelope,
            person=person,
            recipient=to.address,
            name=to.name,
            kind=WARNING,
            message_id=envelope.message_id,
            subject=subject,
            content=plain_mail(envelope, subject, words).as_bytes(),
            created=at,
        )
    )
