"""Reset a person's connection to Outlook: links end, the sync stops, and events go or stay as chosen. Mails nobody.

Without --rehearse it is done; what would be done is told first in either case.
"""

import argparse

from kalends.accounts.models import Person
from kalends.cli.who import person_known_as
from kalends.config.errors import ConfigurationError
from kalends.mailboxes.identity import ConnectRefused
from kalends.mailboxes.reset import rehearse_reset, reset
from kalends.sync.reset import Events, Shown

WORDS = {
    Events.LEAVE: "every event stays where it is",
    Events.REMOVE_FROM_OUTLOOK: "copies leave Outlook, for its Deleted Items",
    Events.REMOVE_HERE: "events go to the trash here",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", help="the address of the person")
    parser.add_argument(
        "--events",
        choices=[each.value for each in Events],
        default=Events.LEAVE.value,
        help="what becomes of the events: leave them, remove from Outlook what Kalends wrote there without people, "
        "or remove here what came from Outlook and nobody touched (default: leave)",
    )
    parser.add_argument("--rehearse", action="store_true", help="only tell what would be done")


def run(options: argparse.Namespace) -> int:
    person, events = person_known_as(options.user), Events(options.events)
    try:
        shown = _carried_out(person, events, rehearsed=options.rehearse)
    except ConnectRefused as error:
        raise ConfigurationError(error.words) from None
    print("Nothing has been changed." if options.rehearse else "Done. The sync is stopped.")
    print(_in_words(shown))
    return 0


def _carried_out(person: Person, events: Events, *, rehearsed: bool) -> Shown:
    return rehearse_reset(person, events) if rehearsed else reset(person, events)


def _in_words(shown: Shown) -> str:
    lines = [f"{shown.links:6} links end", f"{len(shown.going):6} {WORDS[shown.events]}"]
    lines += [f"         {row.subject or 'Untitled'}" for row in shown.going]
    lines.append(f"{len(shown.staying):6} left")
    lines += [f"         {row.subject or 'Untitled'}: {row.why}" for row in shown.staying]
    return "\n".join([*lines, "     0 mails"])
