"""What administrators are told on every page as long as it is so."""

from django import template

from kalends.mailboxes.warnings import secret_banner

register = template.Library()


@register.simple_tag
def secret_warning() -> str:
    """That the client secret is about to run out; empty while it is not."""
    return secret_banner()
