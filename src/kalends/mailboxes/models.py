"""Rows of the ledger: mailboxes, links with their base, write-ahead records, holds, subscriptions, mails.

Nothing here is written outside a round of the mailbox it belongs to, except: `Dirty` and `Mark` by edits, `state` by
its owner, `seen_at` by an open page, and `Dirty` by a notification.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kalends.calendars.models import Event
from kalends.mailboxes import mail_models, run_models  # noqa: F401 - registers their rows with Django
from kalends.sync.snapshot import Part


class Connection(models.TextChoices):
    """Where a mailbox stands (RULES 14). Stopped is not connected; paused and lost are: everything waits."""

    CONSENTED = "consented", "consented"
    ACTIVE = "active", "active"
    PAUSED = "paused", "paused"
    LOST = "lost", "access lost"
    STOPPED = "stopped", "stopped"


class Organisation(models.Model):
    """A Microsoft tenant that somebody here belongs to."""

    tenant_id = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, blank=True)
    admin_consent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name or self.tenant_id


class Mailbox(models.Model):
    """One Outlook account, identified by tenant and object id, never by an address (RULES 1.3).

    A person has one current mailbox; former ones (another account, RULES 14.3) keep their links, inactive.
    `fence` rises at each round; a writer that states an older one is refused (RULES 15.4).
    `started_at` is the last press of Start or Restart: what existed before is never invited by itself (RULES 6.3).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mailboxes")
    current = models.BooleanField(default=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mailboxes")
    object_id = models.CharField(max_length=64)
    address = models.CharField(max_length=320)
    user_principal_name = models.CharField(max_length=320, blank=True)
    tokens = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=Connection.choices, default=Connection.CONSENTED)
    state_reason = models.CharField(max_length=500, blank=True)
    delta_link = models.TextField(blank=True)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    fence = models.BigIntegerField(default=0)
    connected_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    first_synced_at = models.DateTimeField(null=True, blank=True)
    last_synced_at = models.DateTimeField(null=True, blank=True)
    last_tried_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_problem = models.CharField(max_length=500, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    empty_rounds = models.PositiveIntegerField(default=0)
    policy = models.JSONField(default=dict)
    seen_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("organisation", "object_id"), name="mailbox_once"),
            models.UniqueConstraint(fields=("person",), condition=Q(current=True), name="mailbox_current"),
        ]

    def __str__(self) -> str:
        return self.address


class Link(models.Model):
    """A pair of an event and its copy in one mailbox, with the base both agreed on (RULES 4.1).

    An ended link stays as a record of what was; at most one per pair is active.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="links")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="links")
    remote_id = models.CharField(max_length=512)
    ical_uid = models.CharField(max_length=1024, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    ours = models.JSONField(default=dict)
    theirs = models.JSONField(default=dict)
    part = models.CharField(max_length=10, default=Part.ORGANIZER.value)
    quiet = models.BooleanField(default=False)
    cancelled = models.BooleanField(default=False)
    creation_number = models.PositiveIntegerField(default=0)
    sequence = models.IntegerField(null=True, blank=True)
    modified = models.DateTimeField(null=True, blank=True)
    unwritable = ArrayField(models.CharField(max_length=30), default=list)
    active = models.BooleanField(default=True)
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("mailbox", "event"), condition=Q(active=True), name="link_one_copy"),
            models.UniqueConstraint(fields=("mailbox", "remote_id"), condition=Q(active=True), name="link_one_event"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id} {self.event_id}"


class Mark(models.Model):
    """A field that somebody wrote here and that this mailbox does not know yet (RULES 3.5)."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="marks")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="marks")
    field = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("mailbox", "event", "field"), name="mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id} {self.event_id} {self.field}"


class CreationNumber(models.Model):
    """The number that the next creation of an event in a mailbox bears, once it is above 1 (RULES 1.2)."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("mailbox", "event"), name="creation_number_once")]

    def __str__(self) -> str:
        return f"{self.mailbox_id} {self.event_id} {self.number}"


class Dirty(models.Model):
    """An event that the next round of a mailbox has to look at.

    Each edit adds a row and touches no other, so that people and rounds never wait for each other; the latest row's id
    is the stamp by which a round knows whether it was edited again meanwhile.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="dirty")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="dirty")
    since = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=("mailbox", "event"), name="dirty_events")]

    def __str__(self) -> str:
        return f"{self.mailbox_id} {self.event_id}"


class Intent(models.Model):
    """The write-ahead record of one remote write (RULES 15.2); gone once its outcome is stored."""

    intent_id = models.CharField(max_length=100, primary_key=True)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="intents")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="intents")
    kind = models.CharField(max_length=20)
    record = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Hold(models.Model):
    """Something that waits for a person or for another try (RULES 5.4, 16.3).

    `record` is the whole of it as the sync knows it; the columns repeat what lists and schedules ask for. `decided` is
    what the person pressed, until the next round acts on it.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="holds")
    key = models.CharField(max_length=600)
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=30)
    record = models.JSONField()
    decided = models.CharField(max_length=20, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    dismissed = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        constraints: ClassVar = [models.UniqueConstraint(fields=("mailbox", "key"), name="hold_once")]

    def __str__(self) -> str:
        return self.key


class Deletions(models.Model):
    """How many deletions one round carried over from one side (RULES 5.4)."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="deletions")
    side = models.CharField(max_length=10)
    count = models.PositiveIntegerField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} from {self.side}"


class Rehearsal(models.Model):
    """What was read of a mailbox before its first sync, or before a restart, kept so that choices can be tried at once.

    `record` is the compressed reading (sync/recording.py), empty while it is being read; `window` the days back and
    ahead that were read; `read` how many items so far; `approved` the digest of the plan that was shown when Start was
    pressed, until the first round has carried it out (sync/rehearsal.py).
    """

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="rehearsal")
    record = models.BinaryField(default=bytes, blank=True)
    days_back = models.PositiveIntegerField()
    days_ahead = models.PositiveIntegerField()
    read = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    approved = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"rehearsal of {self.mailbox_id}"


class Subscription(models.Model):
    """A change notification that Graph sends us for one mailbox (FACTS.md §13)."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="subscriptions")
    remote_id = models.CharField(max_length=128, unique=True)
    client_state = models.CharField(max_length=128)
    expires_at = models.DateTimeField()
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.remote_id


class MailRecord(models.Model):
    """A mail that Outlook was forecast to send for a request of ours, or that Kalends sent (FEATURES 5.5)."""

    at = models.DateTimeField(db_index=True)
    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.CASCADE, related_name="mails")
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="mails")
    intent_id = models.CharField(max_length=100, blank=True)
    recipient = models.CharField(max_length=320)
    name = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=30)
    certain = models.BooleanField(default=True)
    cause = models.CharField(max_length=300, blank=True)
    via = models.CharField(max_length=10, default="outlook")

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
