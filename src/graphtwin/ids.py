"""Identifiers that look like Exchange's and are the same for the same seed (FACTS §1, §2.3, §9).

An id is the URL-safe base64 of a binary entry id. A regular event id (152 characters) names its mailbox, its folder
and a number; it changes when the item moves. An immutable id is shorter and names mailbox and number only. The id of
an occurrence is its master's with the original date put in, so it can be taken apart again without a table.

    regular     00 03 24 00 | mailbox, 36 ASCII bytes | 46 00 00 00 00 00 | folder 16 | 07 00 | store 20 | number 29
    immutable   00 09 00 2e 00 00 00 00 00 1d 84 03 11 aa 66 11 cd 9b c8 00 aa 00 2f c4 5a 0d 00
                | store 15 | number 8
    occurrence  regular or immutable, then 51 00 08 | ordinal of the date 8 | 46
"""

from __future__ import annotations

import uuid
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import date
from hashlib import blake2b

_REGULAR = bytes.fromhex("00032400")
_CONSUMER = bytes.fromhex("01032400")
_IMMUTABLE = bytes.fromhex("0009002e00000000001d840311aa6611cd9bc800aa002fc45a0d00")
_OCCURRENCE = bytes.fromhex("510008")
_REGULAR_BYTES, _IMMUTABLE_BYTES, _OCCURRENCE_BYTES = 113, 50, 12
_GLOBAL_OBJECT_ID = "040000008200E00074C5B7101A82E008"


class Ids:
    """A counter and a seed; nothing here depends on the time or on the machine."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.count = 0

    def next(self) -> int:
        self.count += 1
        return self.count

    def digest(self, *parts: object, size: int = 16) -> bytes:
        return blake2b(repr((self.seed, *parts)).encode(), digest_size=size).digest()

    def guid(self, *parts: object) -> str:
        return str(uuid.UUID(bytes=self.digest(*parts), version=4))

    def regular_id(self, mailbox: str, folder: str, number: int, *, consumer: bool = False) -> str:
        """Return the id of an event; those of personal accounts begin with AQMk instead of AAMk."""
        head = (
            (_CONSUMER if consumer else _REGULAR)
            + mailbox.encode()[:36].ljust(36, b"0")
            + bytes.fromhex("460000000000")
        )
        body = self.digest("folder", mailbox, folder) + b"\x07\x00" + self.digest("store", mailbox, size=20)
        tail = (
            bytes.fromhex("0000000001")
            + b"\x0d\x00\x00"
            + self.digest("item", mailbox, number, size=10)
            + number.to_bytes(8, "big")
        )
        return urlsafe_b64encode((head + body + tail).ljust(_REGULAR_BYTES, b"\0")).decode()

    def immutable_id(self, mailbox: str, number: int) -> str:
        raw = _IMMUTABLE + self.digest("store", mailbox, size=15) + number.to_bytes(8, "big")
        return urlsafe_b64encode(raw).decode()

    def container_id(self, mailbox: str, number: int) -> str:
        """The id of a calendar: the form of a folder's, 120 characters."""
        head = _REGULAR + mailbox.encode()[:36].ljust(36, b"0") + bytes.fromhex("460000000000")
        raw = head + self.digest("container", mailbox, number) + b"\x07\x00" + self.digest("store", mailbox, size=20)
        return urlsafe_b64encode((raw + number.to_bytes(4, "big")).ljust(90, b"\0")).decode()

    def change_key(self, mailbox: str, change: int) -> str:
        """22 bytes: the store's prefix and the number of the change."""
        return b64encode(self.digest("change", mailbox, size=14) + change.to_bytes(8, "big")).decode()

    def global_object_id(self, mailbox: str, number: int) -> str:
        """A MAPI GlobalObjectId in hex, as iCalUId and uid show it; the four bytes of the date are zero."""
        data = self.digest("goid", mailbox, number).hex().upper()
        born = self.digest("born", number, size=8).hex().upper()
        return f"{_GLOBAL_OBJECT_ID}00000000{born}000000000000000010000000{data}"


def occurrence_id(master_id: str, original: date) -> str:
    return occurrence_ids(master_id)(original)


def occurrence_ids(master_id: str) -> Callable[[date], str]:
    """Return what gives the id of the occurrence of an original date, for many dates of one master."""
    head = urlsafe_b64decode(master_id) + _OCCURRENCE
    return lambda original: urlsafe_b64encode(head + original.toordinal().to_bytes(8, "big") + b"\x46").decode()


def split_occurrence_id(item_id: str) -> tuple[str, date] | None:
    """Return the master's id and the original date, or None if this is not the id of an occurrence.

    Raises ValueError for what is not base64 at all.
    """
    try:
        raw = urlsafe_b64decode(item_id.encode("ascii"))
    except (Base64Error, UnicodeEncodeError) as error:
        raise ValueError(item_id) from error
    if len(raw) not in {_REGULAR_BYTES + _OCCURRENCE_BYTES, _IMMUTABLE_BYTES + _OCCURRENCE_BYTES}:
        return None
    master, rest = raw[:-_OCCURRENCE_BYTES], raw[-_OCCURRENCE_BYTES:]
    if not rest.startswith(_OCCURRENCE):
        return None
    ordinal = int.from_bytes(rest[3:11], "big")
    if not 1 <= ordinal <= date.max.toordinal():
        return None
    return urlsafe_b64encode(master).decode(), date.fromordinal(ordinal)


def dated_ical_uid(ical_uid: str, original: date) -> str:
    """Put the original date of an occurrence into the GlobalObjectId (FACTS §2.3); foreign UIDs stay as they are."""
    if not ical_uid.startswith(_GLOBAL_OBJECT_ID):
        return ical_uid
    stamp = f"{original.year:04X}{original.month:02X}{original.day:02X}"
    return ical_uid[:32] + stamp + ical_uid[40:]
