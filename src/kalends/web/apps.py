"""Django's entry for the screens."""

from django.apps import AppConfig


class Web(AppConfig):
    """Templates, tags and assets of the pages."""

    name = "kalends.web"
    label = "web"
