"""Bring the database up to date with this version of Kalends."""

import argparse

from django.core.management import call_command


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="say nothing unless something goes wrong")


def run(options: argparse.Namespace) -> int:
    call_command("migrate", interactive=False, verbosity=0 if options.quiet else 1)
    return 0
