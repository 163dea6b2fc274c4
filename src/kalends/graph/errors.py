"""What Graph may answer instead of what was asked, as errors whose class says what to do (FACTS.md §14).

`refusal` is the one place where a status and a code become an error. It branches on codes, never on messages.
"""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from kalends.graph import wire
from kalends.graph.when import http_date
from kalends.sync.errors import Access, AccessLost, Permanent, Resync, SyncError, Transient

DEFAULT_WAIT_SECONDS = 10.0
_SPEAK_FOR_THEMSELVES = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.GONE, HTTPStatus.PRECONDITION_FAILED})
_LOST_TOKENS = frozenset({"syncstatenotfound", "syncstateinvalid", "resyncrequired", "fullsyncrequired"})
_NO_MAILBOX = frozenset({"MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI", "ErrorInvalidUser"})
_PASSING = frozenset({"ErrorMailboxStoreUnavailable", "MailboxStoreUnavailable"})
_WAIT = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, 509})


class Refused(Permanent):
    """Graph does not accept this request, and will not accept it again."""

    def __init__(self, status: int, error: wire.Error) -> None:
        super().__init__(f"Outlook did not accept it: {error.message or error.code or status}")
        self.status = status
        self.code = error.code


class NotFound(Refused):
    """There is no such item in the mailbox (ErrorItemNotFound)."""


class Moved(Refused):
    """The item changed since it was read, or while it was written (412, 409)."""


class Denied(Refused):
    """This mailbox, or this item, is not ours to use so (403)."""


class Throttled(Transient):
    """Graph asks to wait; nothing was done."""


class AnswerLost(Transient):
    """The request went out and no answer came back: it may have been done."""


class Troubled(AnswerLost):
    """Graph itself says that it has a trouble of its own (5xx)."""


class OddAnswer(Transient):
    """Something answered that does not speak as Graph does: a proxy's page, an outage, a wrong address."""


def refusal(status: int, headers: Mapping[str, str], body: bytes | msgspec.Raw) -> SyncError:
    """The error that an answer of 3xx or more means."""
    error = _error_in(body)
    if status in _WAIT or error.code in _PASSING:
        return Throttled("Outlook asks to wait.", wait_seconds(headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Troubled(f"Outlook has a trouble of its own ({error.code or status}).", wait_seconds(headers))
    if not error.code and not error.message and status not in _SPEAK_FOR_THEMSELVES:
        return OddAnswer(f"Something that is not Microsoft Graph answered ({status}).", wait_seconds(headers))
    return _of_the_mailbox(status, error) or _refused(status, error)


def _of_the_mailbox(status: int, error: wire.Error) -> SyncError | None:
    if status == HTTPStatus.GONE or error.code.casefold() in _LOST_TOKENS:
        return Resync("Outlook no longer knows where this mailbox's last sync ended; it is read anew.")
    if status == HTTPStatus.UNAUTHORIZED:
        return AccessLost("Microsoft no longer accepts this account's sign-in. Connect Outlook again.")
    if error.code in _NO_MAILBOX:
        return AccessLost("Microsoft says that this account has no mailbox in Exchange Online.", Access.ADMINISTRATOR)
    return None


def _refused(status: int, error: wire.Error) -> Refused:
    if status == HTTPStatus.NOT_FOUND and error.code == "ErrorItemNotFound":
        return NotFound(status, error)
    if error.code != "ErrorDuplicateTransactionId" and status in {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}:
        return Moved(status, error)
    return Denied(status, error) if status == HTTPStatus.FORBIDDEN else Refused(status, error)


def _error_in(body: bytes | msgspec.Raw) -> wire.Error:
    try:
        return msgspec.json.decode(body, type=wire.ErrorAnswer).error
    except msgspec.DecodeError:
        return wire.Error()


def wait_seconds(headers: Mapping[str, str]) -> float:
    """What Retry-After asks for, in seconds, whether it counts them or names a moment."""
    asked = next((value for name, value in headers.items() if name.casefold() == "retry-after"), "")
    try:
        return max(0.0, float(asked))
    except ValueError:
        return _until(asked, next((value for name, value in headers.items() if name.casefold() == "date"), ""))


def _until(moment: str, now: str) -> float:
    later, earlier = http_date(moment), http_date(now)
    return max(0.0, (later - earlier).total_seconds()) if later and earlier else DEFAULT_WAIT_SECONDS
