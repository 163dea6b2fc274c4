"""Make a bearer token for the REST API, with which a program may do what the person may do. It is shown only now."""

import argparse

from kalends.accounts.tokens import create_token
from kalends.cli.who import person_known_as


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", help="the address of the person")
    parser.add_argument("--label", default="", help="what the token is for, to tell it from others later")


def run(options: argparse.Namespace) -> int:
    print(create_token(person_known_as(options.user), options.label))
    return 0
