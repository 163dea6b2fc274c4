"""Take in one mail from standard input: an answer to a meeting that Kalends invites to.

For a mail server's pipe, such as an alias `answers: "|kalends receive-mail"`. The exit code is 0 for what was taken in
or had been before, 65 for what is no answer to one of our meetings, 75 when it should be tried again later.
"""

import argparse
import os
import sys

from django.db import DatabaseError

from kalends.mailboxes.incoming_mail import receive


def arguments(parser: argparse.ArgumentParser) -> None:
    """The message comes from standard input, and nothing else is needed."""
    del parser


def run(options: argparse.Namespace) -> int:
    del options
    try:
        receipt = receive(sys.stdin.buffer.read())
    except DatabaseError as error:
        print(f"kalends: {error}", file=sys.stderr)
        return os.EX_TEMPFAIL
    print(receipt.words, file=sys.stdout if receipt.taken else sys.stderr)
    return 0 if receipt.taken else os.EX_DATAERR
