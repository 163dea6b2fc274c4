"""Change notifications: keeping the order alive, and taking what Outlook tells (FACTS.md §13, RULES 16.2).

A notification only says "look". It is believed when it bears the secret of an order of ours, and then asks for a round.
"""

import datetime as dt
import logging
import secrets

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from kalends.graph import subscriptions as orders
from kalends.graph.subscriptions import Kind, Notification
from kalends.mailboxes.microsoft import Microsoft, notification_url, open_microsoft
from kalends.mailboxes.models import Mailbox, Subscription
from kalends.mailboxes.queue import request_sync
from kalends.sync.errors import AccessLost, Permanent, Transient

logger = logging.getLogger(__name__)

RENEW_TASK = "renew_subscription"
LIFETIME = dt.timedelta(days=3)
RENEW_BEFORE = dt.timedelta(days=1)
SECRET_BYTES = 32


def receive(body: bytes) -> int:
    """Take what was posted to our address; returns how many notifications were genuine. Raises Permanent."""
    genuine = 0
    for told in orders.notifications_of(body):
        order = Subscription.objects.select_related("mailbox").filter(remote_id=told.subscription_id).first()
        if order is not None and orders.is_genuine(told, order.client_state):
            genuine += 1
            _heed(told, order)
    return genuine


def keep_subscribed(mailbox: Mailbox, microsoft: Microsoft | None = None) -> None:
    """See to it that one order is alive for more than a day; without success the mailbox is polled."""
    url = notification_url()
    if not url:
        return
    try:
        _keep(mailbox, url, microsoft or open_microsoft())
    except (Transient, Permanent, AccessLost) as error:
        logger.warning("Outlook sends no notifications for %s: %s", mailbox.address, error)


def request_subscription(mailbox: Mailbox) -> None:
    """Ask for an order as soon as a worker is free."""
    try:
        with transaction.atomic():
            name = str(mailbox.pk)
            app.configure_task(RENEW_TASK, queue="clock", queueing_lock=f"subscription:{name}").defer(mailbox_id=name)
    except AlreadyEnqueued:
        return


def _heed(told: Notification, order: Subscription) -> None:
    if told.kind is Kind.REMOVED:
        order.delete()
    if told.kind in (Kind.REMOVED, Kind.RENEW):
        request_subscription(order.mailbox)
    Mailbox.objects.filter(pk=order.mailbox_id).update(notified_at=timezone.now())
    request_sync(order.mailbox)


def _keep(mailbox: Mailbox, url: str, microsoft: Microsoft) -> None:
    now = microsoft.now()
    present = mailbox.subscriptions.order_by("-expires_at").first()
    if present is not None and present.expires_at > now + RENEW_BEFORE:
        return
    graph = microsoft.graph(mailbox)
    renewed = orders.renew(graph, present.remote_id, now + LIFETIME) if present is not None else None
    if present is not None and renewed is not None:
        present.expires_at = renewed.expires_at
        present.save(update_fields=["expires_at"])
        return
    mailbox.subscriptions.all().delete()
    client_state = secrets.token_urlsafe(SECRET_BYTES)
    made = orders.subscribe(graph, notification_url=url, client_state=client_state, expires_at=now + LIFETIME)
    Subscription.objects.create(
        mailbox=mailbox, remote_id=made.subscription_id, client_state=client_state, expires_at=made.expires_at
    )
    request_sync(mailbox)  # for what changed before the order was heard
