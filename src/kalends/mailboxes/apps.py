"""Registers mailboxes and their ledger with Django, and plugs them into the calendar."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MailboxesConfig(AppConfig):
    name = "kalends.mailboxes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Models exist only now; outlook.py plugs itself in when it is loaded."""
        autodiscover_modules("outlook")
