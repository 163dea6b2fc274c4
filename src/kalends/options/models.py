"""Stored values of settings; what exists at all is declared in declared.py."""

from django.conf import settings
from django.db import models


class StoredOption(models.Model):
    """The value an administrator gave a setting, as text; secrets are sealed (sealing.py)."""

    name = models.CharField(max_length=100, primary_key=True)
    value = models.TextField()
    changed = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.name
