"""The way to the mail server, by the settings (RFC 5321, RFC 8314)."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from kalends.mailboxes.mail_sender import own_host
from kalends.options.stored import read_number, read_text

TIMEOUT_SECONDS = 30
PERMANENT = 500


class MailRefused(Exception):
    """The server will never take this mail; the message says why."""


class MailServerTrouble(Exception):
    """The server cannot be reached, or wants the mail later; the message says why."""


@contextmanager
def mail_server() -> Iterator[smtplib.SMTP]:
    """A session with the server that the settings name; raises MailServerTrouble when there is none to be had."""
    try:
        session = _open()
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerTrouble(f"The mail server could not be reached: {said(error)}") from error
    with session:
        yield session


def hand_over(session: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> None:
    """Give the server one mail; raises MailRefused and MailServerTrouble."""
    try:
        session.sendmail(sender, [recipient], content)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _trouble(code, words) from error
    except smtplib.SMTPResponseException as error:
        raise _trouble(error.smtp_code, error.smtp_error) from error
    except UnicodeEncodeError as error:
        raise MailRefused("The mail server takes no addresses with letters beyond ASCII.") from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerTrouble(f"The mail server broke off: {said(error)}") from error


def said(error: Exception) -> str:
    """What a server or a network said."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_error)
    return str(error) or type(error).__name__


def _open() -> smtplib.SMTP:
    host, port, security = read_text("mail.host"), read_number("mail.port"), read_text("mail.security")
    secure = ssl.create_default_context()
    session: smtplib.SMTP
    if security == "tls":
        session = smtplib.SMTP_SSL(host, port, own_host(), timeout=TIMEOUT_SECONDS, context=secure)
    else:
        session = smtplib.SMTP(host, port, own_host(), timeout=TIMEOUT_SECONDS)
    try:
        if security == "starttls":
            session.starttls(context=secure)
        if user := read_text("mail.user"):
            session.login(user, read_text("mail.password"))
    except BaseException:
        session.close()
        raise
    return session


def _trouble(code: int, words: bytes | str) -> Exception:
    text = f"The mail server answered: {code} {_words(words)}"
    return MailRefused(text) if code >= PERMANENT else MailServerTrouble(text)


def _words(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else str(words)
