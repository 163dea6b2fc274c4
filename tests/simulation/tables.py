"""Tables in memory with all-or-nothing transactions: a journal of what each write replaced."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
ABSENT: Any = object()


class Journal:
    """What the open transaction replaced, oldest first."""

    def __init__(self) -> None:
        self.open = False
        self.replaced: list[tuple[Table[Any, Any], Any, Any]] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything written inside, or, when an exception leaves it, nothing."""
        if self.open:
            yield
            return
        self.open = True
        try:
            yield
        except BaseException:
            for table, key, before in reversed(self.replaced):
                table.restore(key, before)
            raise
        finally:
            self.replaced.clear()
            self.open = False


class Table(Generic[K, V]):
    """Rows by key; values are frozen, so that replacing is the only way to change one."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.rows: dict[K, V] = {}

    def put(self, key: K, value: V) -> None:
        self._note(key)
        self.rows[key] = value

    def drop(self, key: K) -> None:
        if key in self.rows:
            self._note(key)
            del self.rows[key]

    def get(self, key: K) -> V | None:
        return self.rows.get(key)

    def __getitem__(self, key: K) -> V:
        return self.rows[key]

    def __contains__(self, key: K) -> bool:
        return key in self.rows

    def restore(self, key: K, before: V) -> None:
        if before is ABSENT:
            self.rows.pop(key, None)
        else:
            self.rows[key] = before

    def _note(self, key: K) -> None:
        if self._journal.open:
            self._journal.replaced.append((self, key, self.rows.get(key, ABSENT)))
