"""In whose name a mail goes out (RULES 10.3).

| the organizer's address            | From                         | ORGANIZER                                       |
|------------------------------------|------------------------------|-------------------------------------------------|
| in a domain of ours                | the organizer                | the organizer                                   |
| anywhere else                      | Kalends, with his name       | the address for answers, else Kalends' own      |

A stranger's server must not claim to speak for somebody's domain: receivers would refuse it, and rightly so.
"""

from dataclasses import dataclass
from email.headerregistry import Address
from urllib.parse import urlsplit

from django.conf import settings

from kalends.domain.attendee import Addressee
from kalends.options.stored import read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who a mail is from; `envelope` is whom the mail server tells when it cannot be delivered."""

    envelope: str
    shown: Address
    organizer: Addressee
    reply_to: str = ""
    in_person: bool = False


def sender_for(person: Addressee) -> Sender:
    """The sender of mails about a meeting of this organizer, or of an answer of this person."""
    if is_ours(person.address):
        shown = _address(person.name or person.address, person.address)
        return Sender(envelope=person.address, shown=shown, organizer=person, in_person=True)
    own = own_address()
    answers = read_text("mail.inbound_address") or own
    name = person.name or person.address
    return Sender(
        envelope=own,
        shown=_address(f"{name} (Kalends)", own),
        organizer=Addressee(address=answers, name=name),
        reply_to=person.address,
    )


def kalends_itself() -> Sender:
    """The sender of warnings."""
    own = own_address()
    return Sender(envelope=own, shown=_address("Kalends", own), organizer=Addressee(address=own, name="Kalends"))


def is_ours(address: str) -> bool:
    """Whether the administrator lists this address's domain as ours."""
    domain = address.rpartition("@")[2].lower()
    return domain in read_text("mail.our_domains").replace(",", " ").split()


def own_address() -> str:
    """The address that Kalends itself writes from."""
    return read_text("mail.from") or f"kalends@{own_host()}"


def own_host() -> str:
    """The host of this installation, which names its messages."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _address(name: str, address: str) -> Address:
    return Address(display_name=" ".join(name.split()), addr_spec=address)
