"""New secrets, ids and dice for login and control: the same seed and the same order of asking give the same values.

Every value is a hash of the seed, a purpose and a counter of that purpose. So the purposes do not disturb each other,
and a snapshot needs to keep no more than the counters.
"""

import base64
import hashlib
from collections import Counter
from uuid import UUID


class Mint:
    """Makes values that look random and are not."""

    def __init__(self, seed: int | str, counters: dict[str, int] | None = None) -> None:
        self.seed = seed
        self.counters: Counter[str] = Counter(counters or {})

    def octets(self, purpose: str, length: int) -> bytes:
        self.counters[purpose] += 1
        return hashlib.shake_256(f"{self.seed}/{purpose}/{self.counters[purpose]}".encode()).digest(length)

    def text(self, purpose: str, length: int) -> str:
        """URL-safe text made of `length` octets."""
        return base64.urlsafe_b64encode(self.octets(purpose, length)).decode().rstrip("=")

    def guid(self, purpose: str) -> str:
        return str(UUID(bytes=self.octets(purpose, 16), version=4))

    def number(self, purpose: str, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int.from_bytes(self.octets(purpose, 8)) % (high - low + 1)

    def chance(self, purpose: str, share: float) -> bool:
        """True in `share` (0 to 1) of all askings."""
        return share >= 1 or self.number(purpose, 0, 999_999) < share * 1_000_000
