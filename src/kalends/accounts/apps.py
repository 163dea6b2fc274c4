"""Registers the people of this installation with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kalends.accounts"
    default_auto_field = "django.db.models.BigAutoField"
