"""Registers the stored settings with Django."""

from django.apps import AppConfig


class OptionsConfig(AppConfig):
    name = "kalends.options"
    default_auto_field = "django.db.models.BigAutoField"
