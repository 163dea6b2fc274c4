"""Make this installation what it was when a backup was written. Kalends must not run meanwhile.

Mailboxes that were connected then are compared with Outlook anew at the next sync; what changed since shows as changed.
"""

import argparse
from pathlib import Path

from kalends.cli import archive, database
from kalends.config import environment, folder_lock
from kalends.config.errors import ConfigurationError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file that kalends backup wrote")
    parser.add_argument("--replace", action="store_true", help="give up what this installation holds now")


def run(options: argparse.Namespace) -> int:
    data = environment.data_folder()
    with folder_lock.hold(data / "lock"), database.available() as address:
        if not options.replace and not archive.is_empty(address, data):
            message = f"There is an installation in {data} already. Say --replace to give it up."
            raise ConfigurationError(message)
        archive.read(options.file, address, data)
    print(f"Restored from {options.file}. Start Kalends as usual.")
    return 0
