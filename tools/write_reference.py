"""Write the reference pages that follow from declarations: ``python -m tools.write_reference``.

tests/test_docs.py calls ``pages()`` and compares, so that a declaration and its page never part.
"""

import argparse
import importlib
import io
import os
import textwrap
from collections.abc import Iterator
from pathlib import Path

import django

from kalends.cli.main import COMMANDS
from kalends.config import environment
from kalends.options.declared import SETTINGS
from tools import reference_api, reference_sync

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
CONFIGURATION = """\
What an installation is told from outside, by environment variables. Everything else is a setting, kept in the database
and changed on the settings page or by `kalends settings`.

What is always the same for one data folder may stand in its file `environment` as lines `NAME=value`; a variable that
is set goes first."""
SETTINGS_PAGE = """\
What administrators decide, on the settings page or by `kalends settings set NAME VALUE`. An environment variable, where
set, decides instead. Secrets are sealed at rest and never shown."""
WRITTEN = "<!-- Written by `make docs` from the declarations in the code; change them there. -->"


def pages() -> Iterator[tuple[Path, str]]:
    """Each generated page and what it has to say."""
    yield REFERENCE / "configuration.md", configuration()
    yield REFERENCE / "cli.md", command_line()
    yield REFERENCE / "api.md", reference_api.page(WRITTEN)
    yield REFERENCE / "settings.md", settings()
    yield REFERENCE / "planner.md", reference_sync.planner(WRITTEN)
    yield REFERENCE / "rules.md", reference_sync.rules(WRITTEN)


def configuration() -> str:
    parts = [
        "# Configuration",
        WRITTEN,
        CONFIGURATION,
    ]
    for variable in environment.VARIABLES:
        default = f"Default: `{variable.default}`." if variable.default else "Not set by default."
        parts += [f"## {variable.name}", f"{variable.purpose} {default}"]
    return "\n\n".join(parts) + "\n"


def command_line() -> str:
    parts = [
        "# Command line",
        WRITTEN,
        "`kalends COMMAND …`; what each command needs, it finds by the [configuration](configuration.md).",
    ]
    for name, command in COMMANDS.items():
        module = importlib.import_module(f"kalends.cli.{command.module}")
        parser = argparse.ArgumentParser(prog=f"kalends {name}", add_help=False, formatter_class=_Wide)
        module.arguments(parser)
        parts += [f"## kalends {name}", textwrap.dedent(module.__doc__ or "").strip(), f"```\n{_help(parser)}\n```"]
    return "\n\n".join(parts) + "\n"


def settings() -> str:
    parts = ["# Settings", WRITTEN, SETTINGS_PAGE]
    for each in SETTINGS:
        facts = [f"*{each.section}*, {each.kind}"]
        if each.choices:
            facts.append("one of " + ", ".join(f"`{value}` ({words})" for value, words in each.choices.items()))
        if each.default:
            facts.append(f"default `{each.default}`")
        parts += [
            f"## {each.name}",
            f"**{each.title}.** {each.help}",
            f"{'; '.join(facts)}; variable `{each.variable}`.",
        ]
    return "\n\n".join(parts) + "\n"


class _Wide(argparse.HelpFormatter):
    """Help of one width, whatever the terminal's."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100, max_help_position=32)


def _help(parser: argparse.ArgumentParser) -> str:
    text = io.StringIO()
    parser.print_help(text)
    return text.getvalue().strip()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalends.config.settings")
    django.setup()
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for path, text in pages():
        path.write_text(text)
        print(f"wrote {path.relative_to(REFERENCE.parent.parent)}")


if __name__ == "__main__":
    main()
