"""``kalends COMMAND …``: find the command, give it what it needs, run it.

A command is a module with ``arguments(parser)`` and ``run(options) -> exit code``. It is loaded only when called, after
what it needs is there: most need Django, and so the database; the servers' supervisors need neither and stay small.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import django
from django.db import OperationalError, ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedTable

from kalends.cli import database
from kalends.config import environment
from kalends.config.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command's module, what it does in a line, and whether it works on the database."""

    module: str
    summary: str
    uses_database: bool = True


COMMANDS = {
    "serve": Command(
        module="serve", summary="run everything: the database, the web server, a worker", uses_database=False
    ),
    "demo": Command(
        module="demo", summary="run everything with a simulated Outlook and a small company", uses_database=False
    ),
    "web": Command(module="web", summary="run a web server", uses_database=False),
    "worker": Command(module="worker", summary="run a worker for the jobs in the background"),
    "migrate": Command(module="migrate", summary="bring the database up to date"),
    "create-user": Command(module="create_user", summary="create a person, or change a password"),
    "create-token": Command(module="create_token", summary="make a token for the REST API"),
    "settings": Command(module="settings", summary="show and change settings"),
    "sync": Command(module="sync", summary="sync a person's calendar with Outlook now"),
    "reset": Command(module="reset", summary="reset a person's connection to Outlook; mails nobody"),
    "receive-mail": Command(module="receive_mail", summary="take in an answer by mail, from standard input"),
    "doctor": Command(module="doctor", summary="examine the installation: verdicts, and what to do"),
    "backup": Command(module="backup", summary="write the database and the keys into one file"),
    "restore": Command(module="restore", summary="make the installation what a backup holds", uses_database=False),
    "seed": Command(module="seed", summary="fill an empty installation with a small company, for trying"),
}


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that ``words`` name; returns the exit code."""
    given = sys.argv[1:] if words is None else list(words)
    if not given or given[0] not in COMMANDS:
        return _explain(given)
    environment.read_file()
    try:
        return _run(COMMANDS[given[0]], given)
    except ConfigurationError as error:
        print(f"kalends: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(command: Command, words: Sequence[str]) -> int:
    if not command.uses_database:
        return _call(command, words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
    django.setup()
    if {"-h", "--help"} & set(words):
        return _call(command, words)
    with database.available():
        return _call_on_database(command, words)


def _call_on_database(command: Command, words: Sequence[str]) -> int:
    try:
        return _call(command, words)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
            raise
        message = "The database is not up to date with this version of Kalends. Run: kalends migrate"
        raise ConfigurationError(message) from error
    except OperationalError as error:
        message = f"The database cannot be reached: {error}"
        raise ConfigurationError(message) from error


def _call(command: Command, words: Sequence[str]) -> int:
    module = importlib.import_module(f"kalends.cli.{command.module}")
    parser = argparse.ArgumentParser(prog=f"kalends {words[0]}", description=module.__doc__)
    module.arguments(parser)
    code: int = module.run(parser.parse_args(words[1:]))
    return code


def _explain(words: Sequence[str]) -> int:
    """List the commands; that is an error unless it was asked for."""
    asked = not words or words[0] in {"-h", "--help", "help"}
    lines = [f"  {name:<14}{command.summary}" for name, command in COMMANDS.items()]
    text = "\n".join(["usage: kalends COMMAND …", "", *lines, "", "kalends COMMAND --help tells more."])
    if not asked:
        text = f"kalends: there is no command {words[0]!r}\n\n{text}"
    print(text, file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
