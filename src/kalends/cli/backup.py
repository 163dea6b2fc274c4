"""Write everything that Kalends keeps into one file: the database and the keys. Nothing needs to be stopped for it.

Whoever has the file can read all calendars and act for the connected mailboxes: keep it as safe as the data folder.
"""

import argparse
from pathlib import Path

from kalends.cli import archive, database
from kalends.config import environment


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to write; one that is there is replaced")


def run(options: argparse.Namespace) -> int:
    archive.write(options.file, database.address(), environment.data_folder())
    print(f"Wrote {options.file} ({options.file.stat().st_size / 1_000_000:.1f} MB).")
    return 0
