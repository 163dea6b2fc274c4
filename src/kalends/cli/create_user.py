"""Create a person who can sign in; for one who exists, set the password or make them an administrator."""

import argparse
import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from kalends.accounts.models import Person
from kalends.config.errors import ConfigurationError
from kalends.domain.errors import UnknownZone
from kalends.domain.span import UTC, zone


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", help="the address the person signs in with")
    parser.add_argument("--name", default="", help="the name others see")
    parser.add_argument("--administrator", action="store_true", help="may change settings and people")
    parser.add_argument("--password", help="asked for, or read from standard input, if not given")
    parser.add_argument("--time-zone", default="", help="for example Europe/Berlin")


def run(options: argparse.Namespace) -> int:
    _check_words(options)
    password = _password(options.password)
    with transaction.atomic():
        print(_create_or_change(options, password))
    return 0


def _create_or_change(options: argparse.Namespace, password: str) -> str:
    person = Person.objects.by_address(options.email)
    made = person is None
    if person is None:
        person = Person.objects.create_person(options.email)
    _check(password, person)
    person.set_password(password)
    person.name = options.name or person.name
    person.time_zone = options.time_zone or person.time_zone
    person.is_administrator = person.is_administrator or options.administrator
    person.save()
    role = "administrator" if person.is_administrator else "person"
    return f"{'Created' if made else 'Changed'} the {role} {person.email}."


def _password(given: str | None) -> str:
    if given is not None:
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        message = "The two passwords differ; nothing was changed."
        raise ConfigurationError(message)
    return password


def _check_words(options: argparse.Namespace) -> None:
    try:
        validate_email(options.email)
        zone(options.time_zone or UTC)
    except ValidationError:
        message = f"{options.email} is not a mail address."
        raise ConfigurationError(message) from None
    except UnknownZone as error:
        raise ConfigurationError(str(error)) from None


def _check(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ConfigurationError(" ".join(error.messages)) from None
