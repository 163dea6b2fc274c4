"""$filter: the part of OData that calendars understand (FACTS §5).

    or-expression   and-expression ('or' and-expression)*
    and-expression  test ('and' test)*
    test            'not' test | '(' or-expression ')' | function | path op literal | any
    any             path '/any(' x ':' or-expression ')'
    op              eq ne gt ge lt le
    function        startswith | endswith | contains '(' path ',' text ')'

A parsed filter is a function from an event to a boolean; values of paths come from `Subject`, so that the same filter
works on every shape of event.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graphtwin.errors import GraphError, bad_request

Subject = Callable[[str], Any]
Test = Callable[[Subject], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?)|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_@][\w@.]*(?:/[A-Za-z_][\w.]*)*)|(?P<mark>[():,]))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda text, part: part in text,
}
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None}
_FILTERABLE = frozenset(
    {
        "subject",
        "icaluid",
        "uid",
        "isallday",
        "iscancelled",
        "isorganizer",
        "isdraft",
        "isreminderon",
        "isonlinemeeting",
        "hasattachments",
        "importance",
        "sensitivity",
        "showas",
        "type",
        "seriesmasterid",
        "categories",
        "start/datetime",
        "end/datetime",
        "createddatetime",
        "lastmodifieddatetime",
        "transactionid",
        "organizer/emailaddress/address",
        "organizer/emailaddress/name",
        "location/displayname",
        "attendees",
        "singlevalueextendedproperties",
        "multivalueextendedproperties",
        "responsestatus/response",
        "bodypreview",
        "id",
        # of users
        "mail",
        "userprincipalname",
        "displayname",
        "givenname",
        "surname",
        # of calendars
        "name",
    }
)


@dataclass(slots=True, frozen=True)
class Filter:
    """`paths` are the properties in the order they are named."""

    test: Test
    paths: tuple[str, ...]


def syntax_error(text: str) -> GraphError:
    return bad_request(f"Invalid filter clause: syntax error in '{text}'.")


def parse_filter(text: str) -> Filter:
    """Parse a $filter; raises 400 for what is malformed and InefficientFilter for what no index serves."""
    parser = _Parser(text)
    test = parser.either()
    if not parser.at_end():
        raise syntax_error(text)
    return Filter(test, tuple(parser.paths))


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0
        self.paths: list[str] = []
        self._variables: list[str] = []

    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def either(self) -> Test:
        tests = [self._all()]
        while self._word("or"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda subject: any(test(subject) for test in tests)

    def _all(self) -> Test:
        tests = [self._test()]
        while self._word("and"):
            tests.append(self._test())
        return tests[0] if len(tests) == 1 else lambda subject: all(test(subject) for test in tests)

    def _test(self) -> Test:
        if self._word("not"):
            inner = self._test()
            return lambda subject: not inner(subject)
        if self._mark("("):
            inner = self.either()
            self._expect(")")
            return inner
        name = self._name()
        if name.lower() in _FUNCTIONS and self._mark("("):
            return self._function(_FUNCTIONS[name.lower()])
        if name.lower().endswith("/any") and self._mark("("):
            return self._any(name[: -len("/any")])
        return self._comparison(name)

    def _function(self, function: Callable[[str, str], bool]) -> Test:
        path = self._path(self._name())
        self._expect(",")
        part = str(self._literal()).lower()
        self._expect(")")
        if self._word("eq") and self._literal() is not True:
            raise syntax_error(self._text)
        return lambda subject: function(str(subject(path) or "").lower(), part)

    def _any(self, collection: str) -> Test:
        path = self._path(collection)
        variable = self._name()
        self._expect(":")
        self._variables.append(variable)
        inner = self.either()
        self._variables.pop()
        self._expect(")")
        return lambda subject: any(inner(_element(each, variable, subject)) for each in subject(path) or ())

    def _comparison(self, name: str) -> Test:
        path = self._path(name)
        word = self._name().lower()
        if word not in _COMPARE:
            raise syntax_error(self._text)
        compare, wanted = _COMPARE[word], self._literal()
        return lambda subject: _compared(compare, subject(path), wanted)

    def _path(self, name: str) -> str:
        """Note a property that is named; raises for what cannot be filtered."""
        if name.split("/", maxsplit=1)[0] in self._variables:
            return name
        if name.lower() not in _FILTERABLE:
            raise GraphError(400, "ErrorInvalidProperty", f"The property '{name}' does not support filtering.")
        self.paths.append(name)
        return name.lower()

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _word(self, word: str) -> bool:
        kind, text = self._peek()
        if kind == "name" and text.lower() == word:
            self._at += 1
            return True
        return False

    def _mark(self, mark: str) -> bool:
        if self._peek() == ("mark", mark):
            self._at += 1
            return True
        return False

    def _expect(self, mark: str) -> None:
        if not self._mark(mark):
            raise syntax_error(self._text)

    def _name(self) -> str:
        kind, text = self._peek()
        if kind != "name":
            raise syntax_error(self._text)
        self._at += 1
        return text

    def _literal(self) -> object:
        kind, text = self._peek()
        self._at += 1
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "time":
            return _instant(text)
        if kind == "number":
            return float(text)
        if kind == "name" and text.lower() in _WORDS:
            return _WORDS[text.lower()]
        raise syntax_error(self._text)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise syntax_error(text)
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


def _element(value: Any, variable: str, outer: Subject) -> Subject:
    """Return the subject inside any(): paths that begin with the variable read the element."""

    def read(path: str) -> Any:
        first, _, rest = path.partition("/")
        if first != variable:
            return outer(path)
        found = value
        for part in filter(None, rest.split("/")):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    return read


def _compared(compare: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    """Compare as Exchange does: texts without regard to case, times as instants."""
    if isinstance(value, datetime):
        wanted = _instant(wanted) if isinstance(wanted, str) else wanted
        return isinstance(wanted, datetime) and compare(value, wanted)
    if isinstance(value, str) and isinstance(wanted, str):
        return compare(value.lower(), wanted.lower())
    if value is None or wanted is None or type(value) is not type(wanted):
        return (compare is operator.eq and value == wanted) or (compare is operator.ne and value != wanted)
    return compare(value, wanted)


def _instant(text: str) -> datetime | None:
    """Return an instant; without offset it is UTC."""
    match = re.match(r"^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?$", text)
    if match is None:
        raise bad_request(f"Invalid filter clause: '{text}' is not a date and time.")
    day, minutes, seconds, fraction, offset = match.groups()
    clock = f"{day}T{minutes or '00:00'}{seconds or ':00'}.{(fraction or '0')[:6].ljust(6, '0')}"
    try:
        return datetime.fromisoformat(clock + (offset or "+00:00").replace("Z", "+00:00")).astimezone(UTC)
    except ValueError as error:
        raise bad_request(f"Invalid filter clause: '{text}' is not a date and time.") from error
