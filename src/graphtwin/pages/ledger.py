"""The mail ledger: every mail Exchange would have sent, and the text a person would have read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphtwin.mail import Mail
from graphtwin.pages.rendering import time_words
from graphtwin.zones import wall_in

if TYPE_CHECKING:
    from graphtwin.app import Twin

KINDS = {
    "request": "Invitation",
    "update-full": "Update",
    "update-info": "Update, answers kept",
    "cancel": "Cancellation",
    "response": "Answer",
    "forward": "Forwarded invitation",
    "forward-notification": "Forward notice",
}
_RESPONSES = {
    "accepted": "accepted",
    "accept": "accepted",
    "tentativelyAccepted": "tentative",
    "tentativelyAccept": "tentative",
    "declined": "declined",
    "decline": "declined",
}


@dataclass(slots=True, frozen=True, kw_only=True)
class MailLine:
    """A mail as the ledger shows it; names stand in place of the addresses of mailboxes here."""

    mail: Mail
    label: str
    sender: str
    recipients: str
    time: str

    @property
    def sentence(self) -> str:
        """`Invitation to Bob`."""
        return f"{self.label} to {self.recipients}"


def mail_line(twin: Twin, mail: Mail, *, zone: str = "UTC") -> MailLine:
    label = KINDS.get(mail.kind, mail.kind)
    if mail.response:
        label = f"{label}: {_RESPONSES.get(mail.response, mail.response)}"
    return MailLine(
        mail=mail,
        label=label,
        sender=name_of(twin, mail.sender),
        recipients=", ".join(name_of(twin, address) for address in mail.recipients),
        time=time_words(wall_in(mail.time, zone)),
    )


def mail_lines(
    twin: Twin, *, address: str | None = None, most: int | None = None, zone: str = "UTC"
) -> tuple[MailLine, ...]:
    """The newest mails first, their times in `zone`; of one mailbox if `address` is given."""
    chosen = [mail for mail in reversed(twin.mail.mails) if address is None or concerns(mail, address)]
    return tuple(mail_line(twin, mail, zone=zone) for mail in chosen[:most])


def concerns(mail: Mail, address: str) -> bool:
    return address.lower() in {each.lower() for each in (mail.sender, *mail.recipients)}


def name_of(twin: Twin, address: str) -> str:
    """The name of somebody with a mailbox here, the address of anybody else."""
    mailbox = twin.tenant.find(address)
    return mailbox.name if mailbox is not None else address
