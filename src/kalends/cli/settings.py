"""Show and change settings, the same as on the settings page.

A setting whose environment variable is set is decided by it. Secrets are never shown.
"""

import argparse
import json
import sys

from kalends.config.errors import ConfigurationError
from kalends.options.declared import OptionRefused
from kalends.options.stored import OptionView, listed, write


def arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="list | get NAME | set NAME VALUE")
    every = acts.add_parser("list", help="all settings with their values")
    every.add_argument("search", nargs="*", help="only those whose name, title or help has these words")
    every.add_argument("--json", action="store_true", help="for programs")
    one = acts.add_parser("get", help="one setting's value")
    one.add_argument("name")
    new = acts.add_parser("set", help="give a setting a value")
    new.add_argument("name")
    new.add_argument("value", help="- reads it from standard input; an empty one brings back the default")


def run(options: argparse.Namespace) -> int:
    try:
        match options.act:
            case "get":
                print(_one(options.name).text)
            case "set":
                write(options.name, sys.stdin.read() if options.value == "-" else options.value)
            case _:
                _list(options)
    except OptionRefused as error:
        raise ConfigurationError(error.words) from None
    return 0


def _one(name: str) -> OptionView:
    for view in listed():
        if view.setting.name == name:
            return view
    message = f"There is no setting {name}. See: kalends settings list"
    raise ConfigurationError(message)


def _list(options: argparse.Namespace) -> None:
    views = listed(" ".join(options.search))
    if options.json:
        print(json.dumps([_as_json(view) for view in views], indent=1, ensure_ascii=False))
        return
    for view in views:
        decided = f"  (by {view.setting.variable})" if view.overridden else ""
        first_line = view.text.partition("\n")[0]
        print(f"{view.setting.name:<36}{first_line or '–'}{decided}")


def _as_json(view: OptionView) -> dict[str, object]:
    return {
        "name": view.setting.name,
        "title": view.setting.title,
        "value": view.text,
        "default": view.setting.default,
        "is_set": view.is_set,
        "overridden": view.overridden,
        "help": view.setting.help,
    }
