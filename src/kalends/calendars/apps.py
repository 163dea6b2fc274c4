"""Registers events and their history with Django."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "kalends.calendars"
    default_auto_field = "django.db.models.BigAutoField"
