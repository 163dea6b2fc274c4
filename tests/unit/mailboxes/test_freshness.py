"""How soon a change in Outlook is seen: notifications, open pages, polls (RULES 16.2)."""

import datetime as dt
import json

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kalends.accounts.models import Person
from kalends.jobs.poll import request_due_rounds
from kalends.mailboxes import connect
from kalends.mailboxes.models import Mailbox, Subscription
from kalends.mailboxes.notifications import keep_subscribed, receive
from kalends.mailboxes.presence import is_due, note_open_page
from kalends.mailboxes.queries import sync_state
from kalends.mailboxes.views import Freshness
from kalends.options.stored import write
from kalends.sync.errors import Permanent
from tests.unit.mailboxes.office import Office

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)


def waiting_rounds() -> int:
    return ProcrastinateJob.objects.filter(task_name="sync_mailbox", status="todo").count()


def forget_rounds() -> None:
    ProcrastinateJob.objects.all()._raw_delete("default")  # the queue's models refuse to be written


def told(subscription: str, secret: str, **members: str) -> bytes:
    one = {"subscriptionId": subscription, "clientState": secret, "changeType": "updated", **members}
    return json.dumps({"value": [one]}).encode()


@pytest.fixture
def order(office: Office, alice: Person) -> Subscription:
    mailbox = office.connect(alice)
    return Subscription.objects.create(
        mailbox=mailbox, remote_id="order-1", client_state="secret", expires_at=timezone.now() + dt.timedelta(days=2)
    )


def test_it_asks_for_a_round_when_outlook_tells_of_a_change(alice: Person, order: Subscription) -> None:
    forget_rounds()
    assert sync_state(alice).freshness is Freshness.POLLED
    assert receive(told("order-1", "secret")) == 1
    assert waiting_rounds() == 1
    assert receive(told("order-1", "secret")) == 1
    assert waiting_rounds() == 1
    assert sync_state(alice).freshness is Freshness.NOTIFIED
    assert order.mailbox.person == alice


@pytest.mark.parametrize(("subscription", "secret"), [("order-1", "guessed"), ("order-1", ""), ("order-2", "secret")])
def test_it_believes_no_notification_without_the_secret_of_its_order(
    order: Subscription, subscription: str, secret: str
) -> None:
    forget_rounds()
    assert receive(told(subscription, secret)) == 0
    assert (waiting_rounds(), Mailbox.objects.get(pk=order.mailbox_id).notified_at) == (0, None)


def test_it_refuses_what_is_no_notification() -> None:
    with pytest.raises(Permanent):
        receive(b"<html>")


@pytest.mark.parametrize("kind", ["reauthorizationRequired", "subscriptionRemoved"])
def test_it_sees_to_an_order_that_ends(order: Subscription, kind: str) -> None:
    receive(told("order-1", "secret", lifecycleEvent=kind))
    assert ProcrastinateJob.objects.filter(task_name="renew_subscription", status="todo").count() == 1
    assert Subscription.objects.filter(pk=order.pk).exists() == (kind == "reauthorizationRequired")


def test_it_polls_when_outlook_cannot_reach_us(office: Office, alice: Person) -> None:
    mailbox = office.connect(alice)
    write("outlook.notification_url", "https://kalends.example")
    keep_subscribed(mailbox, office.microsoft)
    assert Subscription.objects.count() == 0
    assert sync_state(alice).freshness is Freshness.POLLED


@pytest.mark.parametrize(
    ("seconds", "page_open", "notified", "due"),
    [
        (19, True, False, False),
        (20, True, False, True),
        (119, False, False, False),
        (120, False, False, True),
        (899, True, True, False),
        (900, True, True, True),
    ],
)
def test_it_looks_as_often_as_needed(
    order: Subscription, seconds: int, page_open: bool, notified: bool, due: bool
) -> None:
    mailbox = order.mailbox
    mailbox.last_tried_at = mailbox.last_synced_at = NOW - dt.timedelta(seconds=seconds)
    mailbox.seen_at = NOW if page_open else None
    mailbox.notified_at = NOW if notified else None
    mailbox.retry_at = None
    assert is_due(mailbox, NOW) is due
    mailbox.retry_at = NOW + dt.timedelta(seconds=1)
    assert is_due(mailbox, NOW) is False


def test_it_asks_at_once_when_a_page_opens_on_an_old_calendar(alice: Person, order: Subscription) -> None:
    forget_rounds()
    note_open_page(alice)
    assert waiting_rounds() == 0
    Mailbox.objects.update(last_synced_at=NOW - dt.timedelta(days=1), last_tried_at=NOW - dt.timedelta(days=1))
    note_open_page(alice)
    assert waiting_rounds() == 1
    assert Mailbox.objects.get(pk=order.mailbox_id).seen_at is not None


@pytest.mark.parametrize("name", ["poll", "renew_subscriptions", "revive_stalled_jobs", "clear_old"])
def test_it_has_its_clockwork(name: str) -> None:
    app.perform_import_paths()  # type: ignore[no-untyped-call] # procrastinate leaves it untyped
    periodic = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert name in periodic


def test_it_polls_nobody_who_is_stopped_or_switched_off(office: Office, alice: Person, order: Subscription) -> None:
    Mailbox.objects.update(last_synced_at=None, last_tried_at=None)
    write("outlook.sync_enabled", "off")
    assert request_due_rounds() == 0
    write("outlook.sync_enabled", "on")
    assert request_due_rounds() == 1
    connect.stop(alice, office.microsoft)
    assert request_due_rounds() == 0
    assert not Subscription.objects.filter(pk=order.pk).exists()
