"""Registers mailboxes and their ledger with Django."""

from django.apps import AppConfig


class MailboxesConfig(AppConfig):
    name = "kalends.mailboxes"
    default_auto_field = "django.db.models.BigAutoField"
