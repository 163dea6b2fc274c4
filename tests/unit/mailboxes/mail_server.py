"""A mail server in this process, which keeps what it is given."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from socket import socket
from typing import Any

from aiosmtpd.controller import Controller

from kalends.ical.itip import Invitation, read_message
from kalends.options.stored import write


@dataclass(slots=True)
class MailServer:
    """What came in, in order; `says` answers the next RCPTs instead of taking them."""

    messages: list[tuple[str, EmailMessage]] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    after_taking: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802, ARG002
        if self.says:
            return self.says.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append((envelope.rcpt_tos[0], message))
        return self.after_taking.pop(0) if self.after_taking else "250 Taken"

    def told(self) -> list[tuple[str, str, int]]:
        """(recipient, method, SEQUENCE) of every iTIP mail."""
        found = []
        for recipient, message in self.messages:
            said = read_message(calendar_part(message))
            assert isinstance(said, Invitation)
            found.append((recipient, said.method.value, said.entry.sequence))
        return found


def calendar_part(message: EmailMessage) -> str:
    """The iTIP text of a mail."""
    part = next(each for each in message.walk() if each.get_content_type() == "text/calendar")
    return str(part.get_content())


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """The server, with settings that lead to it."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), server_hostname="mail.example")
    controller.start()
    for name, value in {
        "mail.host": "127.0.0.1",
        "mail.port": str(controller.port),
        "mail.security": "none",
        "mail.from": "calendar@kalends.example",
    }.items():
        write(name, value)
    try:
        yield server
    finally:
        controller.stop()
