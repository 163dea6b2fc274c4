"""Rows of the calendar. Rows turn into domain values and back in store.py; nothing else looks inside the JSON columns.

`span` holds the exact "when" (kalends.sync.codec); `starts_at`, `ends_at` and `all_day` repeat it for the index.
An event has one row, and one `Participant` row for everybody who takes part, the organizer included: their personal
fields live there (RULES 3.1). Every uid an event ever had is one `EventUid` row (RULES 1.1a).
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from kalends.domain.attendee import Partstat, Role
from kalends.domain.event import Importance, Scheduler, Sensitivity, ShowAs, State


class Event(models.Model):
    """The shared part of an event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organizer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="organized"
    )
    organizer_address = models.CharField(max_length=320, blank=True)
    organizer_name = models.CharField(max_length=300, blank=True)
    scheduler = models.CharField(max_length=10, default=Scheduler.NOBODY.value)
    state = models.CharField(max_length=10, default=State.ACTIVE.value)
    state_since = models.DateTimeField(null=True, blank=True)
    state_cause = models.CharField(max_length=300, blank=True)
    subject = models.TextField(blank=True)
    body = models.TextField(blank=True)
    span = models.JSONField()
    all_day = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.JSONField(default=list)
    importance = models.CharField(max_length=10, default=Importance.NORMAL.value)
    online_meeting = models.JSONField(default=dict)
    response_options = models.JSONField(default=dict)
    version = models.PositiveBigIntegerField(default=1)
    created = models.DateTimeField()
    modified = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=("starts_at", "ends_at"), name="event_times")]

    def __str__(self) -> str:
        return self.subject


class EventUid(models.Model):
    """One uid an event is or was known by; unique in the whole installation (RULES 1.1a)."""

    uid = models.CharField(max_length=1024, unique=True)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="uids")

    def __str__(self) -> str:
        return self.uid


class Participant(models.Model):
    """Somebody of an event, with what they alone have.

    `listed` is False for the organizer, and for somebody who takes part through a distribution list (RULES 1.3).
    `answered_when` is the span that the answer was given to, `reply` how it is to be told (RULES 11.3).
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="participants")
    address = models.CharField(max_length=320)
    address_folded = models.CharField(max_length=320)
    name = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="participations"
    )
    position = models.PositiveIntegerField(default=0)
    listed = models.BooleanField(default=True)
    is_organizer = models.BooleanField(default=False)
    role = models.CharField(max_length=10, default=Role.REQUIRED.value)
    partstat = models.CharField(max_length=15, default=Partstat.NEEDS_ACTION.value)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_when = models.JSONField(null=True, blank=True)
    reply = models.JSONField(null=True, blank=True)
    show_as = models.CharField(max_length=20, default=ShowAs.BUSY.value)
    reminder = models.IntegerField(null=True, blank=True, default=15)
    categories = ArrayField(models.TextField(), default=list)
    sensitivity = models.CharField(max_length=15, default=Sensitivity.NORMAL.value)
    hidden = models.BooleanField(default=False)
    hidden_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("event", "address_folded"), name="participant_once"),
        ]
        indexes: ClassVar = [models.Index(fields=("person", "event"), name="participant_person")]

    def __str__(self) -> str:
        return self.name or self.address


class Change(models.Model):
    """One field of one event that changed: who, where, when, before, after (FEATURES 6.1).

    Rows of one act share `edit`; `version` is the event's after it. `whose` names the participant for a personal field,
    else it is empty.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="changes")
    edit = models.UUIDField(default=uuid.uuid4)
    version = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.CharField(max_length=10)
    mailbox_id = models.UUIDField(null=True, blank=True)
    field = models.CharField(max_length=30)
    whose = models.CharField(max_length=320, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    cause = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.event_id} {self.field}"


class Conflict(models.Model):
    """Both sides changed one field: the value that lost, one click away (RULES 4.3)."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="conflicts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conflicts")
    mailbox_id = models.UUIDField(null=True, blank=True)
    field = models.CharField(max_length=30)
    ours = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    kept = models.CharField(max_length=10)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.event_id} {self.field}"


class Contact(models.Model):
    """Somebody to invite: an address and a name, for everybody here or for one person."""

    address = models.CharField(max_length=320)
    address_folded = models.CharField(max_length=320)
    name = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="contacts"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("owner", "address_folded"), name="contact_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.name or self.address
