"""Refusals: a status and a code become an error whose class says what to do."""

import json

import pytest

from kalends.graph.errors import (
    Denied,
    Moved,
    NotFound,
    OddAnswer,
    Refused,
    Throttled,
    Troubled,
    refusal,
    wait_seconds,
)
from kalends.sync.errors import Access, AccessLost, Resync, SyncError


def body(code: str, message: str = "Words.") -> bytes:
    """An error's JSON."""
    return json.dumps({"error": {"code": code, "message": message, "innerError": {"date": "x"}}}).encode()


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "ApplicationThrottled", Throttled),
        (503, "ServiceUnavailable", Throttled),
        (509, "x", Throttled),
        (404, "ErrorMailboxStoreUnavailable", Throttled),
        (500, "ErrorInternalServerError", Troubled),
        (504, "GatewayTimeout", Troubled),
        (410, "whatever", Resync),
        (400, "SyncStateNotFound", Resync),
        (404, "resyncRequired", Resync),
        (410, "fullSyncRequired", Resync),
        (401, "InvalidAuthenticationToken", AccessLost),
        (404, "MailboxNotEnabledForRESTAPI", AccessLost),
        (403, "ErrorAccessDenied", Denied),
        (404, "ErrorItemNotFound", NotFound),
        (404, "ResourceNotFound", Refused),
        (412, "ErrorIrresolvableConflict", Moved),
        (409, "ErrorIrresolvableConflict", Moved),
        (409, "ErrorDuplicateTransactionId", Refused),
        (400, "ErrorDuplicateTransactionId", Refused),
        (400, "ErrorPropertyValidationFailure", Refused),
    ],
)
def test_it_branches_on_status_and_code(status: int, code: str, kind: type[SyncError]) -> None:
    assert type(refusal(status, {}, body(code))) is kind


@pytest.mark.parametrize("answer", [b"", b"<html>Proxy error</html>", b'{"error": "no"}', b"\xff"])
@pytest.mark.parametrize("status", [302, 400, 403, 404])
def test_it_deletes_nothing_because_a_proxy_said_not_found(status: int, answer: bytes) -> None:
    assert type(refusal(status, {}, answer)) is OddAnswer


@pytest.mark.parametrize(("status", "kind"), [(401, AccessLost), (410, Resync), (412, Moved)])
def test_some_statuses_need_no_words(status: int, kind: type[SyncError]) -> None:
    assert type(refusal(status, {}, b"")) is kind


def test_it_says_whose_turn_it_is() -> None:
    signed_out, no_mailbox = refusal(401, {}, b""), refusal(404, {}, body("MailboxNotEnabledForRESTAPI"))
    assert isinstance(signed_out, AccessLost)
    assert isinstance(no_mailbox, AccessLost)
    assert (signed_out.whose_turn, no_mailbox.whose_turn) == (Access.PERSON, Access.ADMINISTRATOR)


def test_it_passes_outlooks_words_on() -> None:
    assert str(refusal(400, {}, body("ErrorX", "At least one recipient is not valid."))) == (
        "Outlook did not accept it: At least one recipient is not valid."
    )


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "Sat, 21 Nov 2026 08:00:30 GMT", "Date": "Sat, 21 Nov 2026 08:00:00 GMT"}, 30.0),
        ({"Retry-After": "Sat, 21 Nov 2026 08:00:30 GMT"}, 10.0),
        ({"Retry-After": "soon"}, 10.0),
        ({}, 10.0),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(headers: dict[str, str], seconds: float) -> None:
    assert wait_seconds(headers) == seconds
