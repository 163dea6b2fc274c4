"""iCalendar text taken apart: components, properties, parameters (RFC 5545 §3.1, §3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NAME = re.compile(r"^([A-Za-z0-9-]+)")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;:"]*(?:,(?:"[^"]*"|[^;:"]*))*)')
_ESCAPED = re.compile(r"\\([\\;,nN])")


@dataclass(slots=True, frozen=True)
class Property:
    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value of a TEXT property, unescaped."""
        return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value)


@dataclass(slots=True)
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def every(self, name: str) -> list[Property]:
        return [each for each in self.properties if each.name == name]

    def value(self, name: str, default: str = "") -> str:
        found = self.first(name)
        return found.value if found else default


def parse(text: str) -> Component:
    """Return the VCALENDAR of a text; raises ValueError for what is none."""
    stack: list[Component] = []
    for line in _lines(text):
        each = _property(line)
        if each.name == "BEGIN":
            component = Component(each.value.upper())
            if stack:
                stack[-1].components.append(component)
            stack.append(component)
        elif not stack:
            raise ValueError("The text does not begin with BEGIN:VCALENDAR.")
        elif each.name == "END":
            done = stack.pop()
            if not stack:
                return done
        else:
            stack[-1].properties.append(each)
    raise ValueError("The text ends before END:VCALENDAR.")


def _lines(text: str) -> Iterator[str]:
    """Yield content lines, unfolded."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    return (line for line in unfolded.splitlines() if line.strip())


def _property(line: str) -> Property:
    name = _NAME.match(line)
    if name is None:
        raise ValueError(f"'{line}' is no property.")
    parameters = {}
    position = name.end()
    while (parameter := _PARAMETER.match(line, position)) is not None:
        parameters[parameter[1].upper()] = parameter[2].strip('"')
        position = parameter.end()
    if line[position : position + 1] != ":":
        raise ValueError(f"'{line}' has no value.")
    return Property(name[1].upper(), parameters, line[position + 1 :])
