"""The conflict inbox."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kalends.accounts.models import Person
from kalends.calendars import edits, queries
from kalends.calendars.models import Conflict
from tests.screens.conftest import nine_to_ten


def _conflict(person: Person) -> Conflict:
    event_id = edits.create_event(person, nine_to_ten("Outlook's"))
    return Conflict.objects.create(
        event_id=event_id,
        person=person,
        field="subject",
        ours="Ours",
        theirs="Outlook's",
        kept="outlook",
        at=timezone.now(),
    )


def test_it_shows_both_values_and_which_was_kept(as_alice: Client, alice: Person) -> None:
    _conflict(alice)
    page = as_alice.get(reverse("conflicts")).content.decode()

    assert [words in page for words in ("Ours", "Outlook&#x27;s", "Outlook (kept)", "Use the other")] == [True] * 4


def test_it_takes_the_other_value(as_alice: Client, alice: Person) -> None:
    conflict = _conflict(alice)
    as_alice.post(reverse("conflict_settle", args=[conflict.pk]), {"take": "other"})

    assert queries.event_detail(alice, str(conflict.event_id)).event.subject == "Ours"
    assert queries.conflicts(alice) == []


def test_it_keeps_both_in_an_event_each(as_alice: Client, alice: Person) -> None:
    conflict = _conflict(alice)
    as_alice.post(reverse("conflict_settle", args=[conflict.pk]), {"take": "both"})

    assert sorted(view.subject for view in queries.search(alice, "s")) == ["Ours", "Outlook's"]
    assert queries.conflicts(alice) == []


def test_it_leaves_the_value_that_was_kept(as_alice: Client, alice: Person) -> None:
    conflict = _conflict(alice)
    as_alice.post(reverse("conflict_settle", args=[conflict.pk]), {"take": "kept"})

    assert queries.event_detail(alice, str(conflict.event_id)).event.subject == "Outlook's"
    assert queries.conflicts(alice) == []


def test_it_lets_nobody_settle_what_is_anothers(as_bob: Client, alice: Person) -> None:
    conflict = _conflict(alice)

    assert as_bob.post(reverse("conflict_settle", args=[conflict.pk]), {"take": "other"}).status_code == 409
    assert len(queries.conflicts(alice)) == 1
