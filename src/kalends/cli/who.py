"""Finding the person that a command is about."""

from kalends.accounts.models import Person
from kalends.config.errors import ConfigurationError


def person_known_as(address: str) -> Person:
    """:raises ConfigurationError: nobody here is known by ``address``."""
    person = Person.objects.by_address(address)
    if person is None:
        message = f"Nobody here is known as {address}. Make an account with: kalends create-user {address}"
        raise ConfigurationError(message)
    return person
