"""The ledger of every mail Exchange would have sent (FACTS §8): where accidental mail shows."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail. `kind`: request, update-full, update-info, cancel, response, forward, forward-notification.

    `cause` is the request-id of the call that led to it ("" for the twin's own pages and timers); `event_id` is the
    sender's copy; `external` are the recipients without a mailbox here; `text` is what a person would read.
    """

    number: int
    kind: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    event_id: str
    ical_uid: str
    sequence: int
    time: datetime
    cause: str
    comment: str = ""
    response: str | None = None
    original_date: str | None = None
    external: tuple[str, ...] = ()
    text: str = ""
    itip: str = ""


class MailLedger:
    """All mails in the order they were sent."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self._sent = 0

    def next_number(self) -> int:
        self._sent += 1
        return self._sent

    def add(self, mail: Mail) -> None:
        self.mails.append(mail)

    def clear(self) -> None:
        self.mails.clear()

    def snapshot(self) -> dict[str, object]:
        return {"sent": self._sent, "mails": msgspec.to_builtins(self.mails)}

    @classmethod
    def restore(cls, data: dict[str, object]) -> MailLedger:
        ledger = cls()
        ledger._sent = msgspec.convert(data["sent"], int)
        ledger.mails = msgspec.convert(data["mails"], list[Mail])
        return ledger
