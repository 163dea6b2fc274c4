"""Rows of Kalends' own mail: what people were told, what goes out, what came in (RULES 2.2, §10).

`Told` is written together with the mail that tells it, in the edit's transaction, so neither is without the other.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from kalends.calendars.models import Event


class Delivery(models.TextChoices):
    """Where a mail stands. Kept: no mail server was set when it was written, so it waits for an administrator."""

    WAITING = "waiting", "waiting"
    KEPT = "kept", "kept"
    SENT = "sent", "sent"
    FAILED = "failed", "failed"
    DROPPED = "dropped", "dropped"


class Told(models.Model):
    """What one person last heard of a meeting that Kalends schedules (domain/invitations.py).

    `previous` is what he had heard before the last mail, in case that one is withdrawn before it goes out.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="told")
    address = models.CharField(max_length=320)
    record = models.JSONField()
    previous = models.JSONField(null=True)
    mail = models.ForeignKey("OutgoingMail", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("event", "address"), name="told_once")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.address}"


class OutgoingMail(models.Model):
    """One mail of ours: UID, SEQUENCE, Message-ID and the whole text are stored before it is sent (RULES 10.1).

    `person` is in whose name or for whose sake it goes; `method` is empty for a mail that is no iTIP message.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="outgoing")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sender = models.CharField(max_length=320)
    recipient = models.CharField(max_length=320)
    name = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=30)
    method = models.CharField(max_length=10, blank=True)
    uid = models.CharField(max_length=1024, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    message_id = models.CharField(max_length=300, unique=True)
    subject = models.TextField(blank=True)
    content = models.BinaryField()
    state = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    created = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created", "recipient")
        indexes: ClassVar = [models.Index(fields=("state", "retry_at"), name="outgoing_due")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"


class OpenReply(models.Model):
    """An answer of somebody here that his organizer's calendar does not show yet (RULES 11.4).

    `answer` and `answered` are what he said and to which time; `sequence` is that of the last reply that was mailed,
    `etag` the revision of the copy that was looked at last.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="open_replies")
    address = models.CharField(max_length=320)
    answer = models.JSONField()
    answered = models.JSONField()
    comment = models.TextField(blank=True)
    tries = models.PositiveIntegerField(default=0)
    sequence = models.IntegerField(null=True, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("event", "address"), name="reply_once")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.address}"


class IncomingMail(models.Model):
    """A mail that was handed to us, whatever became of it; nothing that came in is lost."""

    message_id = models.CharField(max_length=1000, unique=True)
    at = models.DateTimeField()
    sender = models.CharField(max_length=320, blank=True)
    subject = models.TextField(blank=True)
    content = models.BinaryField()
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="incoming")
    taken = models.BooleanField(default=False)
    outcome = models.CharField(max_length=500)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.sender}: {self.outcome}"


class Warned(models.Model):
    """A warning that was mailed once and is not repeated (FEATURES 1.7, 6.6)."""

    key = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
