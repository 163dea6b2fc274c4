"""Which mails follow from which write (FACTS.md §8.1)."""

import pytest

from kalends.domain.attendee import Addressee, Attendee, Role
from kalends.domain.event import Field
from kalends.domain.scheduling import mails_of_answer, mails_of_change, mails_of_create, mails_of_delete

BOB, CHARLIE, DORA = (Attendee(address=f"{name}@contoso.example") for name in ("bob", "charlie", "dora"))
OPTIONAL_BOB = Attendee(address="BOB@contoso.example", role=Role.OPTIONAL)
Told = set[tuple[str, str, bool]]


@pytest.mark.parametrize(
    ("fields", "before", "after", "told"),
    [
        ({Field.SUBJECT}, (BOB,), (BOB,), {("bob", "update", True)}),
        ({Field.IMPORTANCE}, (BOB,), (BOB,), {("bob", "update", False)}),
        ({Field.REMINDER}, (BOB,), (BOB,), {("bob", "update", False)}),
        ({Field.ATTENDEES}, (BOB, CHARLIE), (CHARLIE, DORA), {("bob", "cancel", True), ("dora", "request", True)}),
        ({Field.ATTENDEES}, (BOB,), (OPTIONAL_BOB,), {("bob", "update", False)}),
        ({Field.ATTENDEES, Field.WHEN}, (BOB,), (BOB, DORA), {("bob", "update", True), ("dora", "request", True)}),
        ({Field.SUBJECT}, (), (), set()),
    ],
)
def test_it_tells_whom_a_change_mails(
    fields: set[Field], before: tuple[Attendee, ...], after: tuple[Attendee, ...], told: Told
) -> None:
    mails = mails_of_change(fields, before, after)
    assert {(mail.recipient.partition("@")[0], str(mail.kind), mail.certain) for mail in mails} == told


def test_creating_invites_and_deleting_cancels_everybody() -> None:
    assert [str(mail.kind) for mail in mails_of_create((BOB, DORA))] == ["request", "request"]
    assert [mail.recipient for mail in mails_of_delete((BOB, DORA))] == [BOB.key, DORA.key]


@pytest.mark.parametrize(("send", "count"), [(True, 1), (False, 0)])
def test_an_answer_mails_the_organizer_if_it_is_sent(send: bool, count: int) -> None:
    assert len(mails_of_answer(Addressee(address="alice@contoso.example"), send=send)) == count
    assert mails_of_answer(None, send=send) == ()
