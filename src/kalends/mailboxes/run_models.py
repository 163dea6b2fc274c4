"""Rows of the history of a mailbox: one for each round that did something (FEATURES 6.1)."""

from django.db import models


class SyncRun(models.Model):
    """One round: when, what it carried to Outlook, how much it changed here, and how it ended.

    `there` lists what Outlook was asked to do. What changed here is in the events' history: the changes that this
    mailbox's Outlook brought between `began_at` and `ended_at`; a mailbox has one round at a time (RULES 15.4).
    """

    mailbox = models.ForeignKey("mailboxes.Mailbox", on_delete=models.CASCADE, related_name="runs")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    changed_here = models.PositiveIntegerField(default=0)
    mails = models.PositiveIntegerField(default=0)
    there = models.JSONField(default=list)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-began_at", "-id")

    def __str__(self) -> str:
        return f"{self.mailbox_id} {self.began_at:%Y-%m-%d %H:%M:%S}"
