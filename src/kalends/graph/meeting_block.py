"""The block that an online meeting writes into the body: found, and kept byte for byte (FACTS.md §2.6, RULES 4.4).

Replacing a body without its block takes the video meeting from everybody, so a new body is sent with the block that
Outlook has now. The block is the run of neighbouring elements from the rule (a line of underscores) before the join
address to the rule after it; without rules, the outermost element that holds the address but not the whole body.
"""

import html
import re
from collections import Counter
from dataclasses import dataclass, field

LONGEST = 1_000_000
"""In a text longer than this no block is looked for; it is then read-only here, as if there were none."""

_RULE = re.compile(r"_{20,}")
_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)\b[^<>]*?(?P<empty>/?)>")
_VOID = frozenset({"br", "hr", "img", "meta", "input", "wbr", "col", "link", "area", "base", "source"})


@dataclass(slots=True)
class _Element:
    start: int
    end: int
    children: "list[_Element]" = field(default_factory=list)


def block_in(content: str, join_url: str) -> str | None:
    """The part of a body that is the online meeting's; None when the join address is not in it."""
    at = _position(content, join_url)
    if at is None or len(content) > LONGEST:
        return None
    rules = list(_RULE.finditer(content))
    before = next((rule.start() for rule in reversed(rules) if rule.end() <= at), at)
    after = next((rule.end() - 1 for rule in rules if rule.start() >= at), at)
    start, end = _span(content, before, after)
    return content[start:end]


def with_block(content: str, block: str, join_url: str) -> str:
    """A new body with the block in it, unchanged: where it stands, in place of a damaged one, or at the end."""
    if block in content:
        return content
    damaged = block_in(content, join_url)
    if damaged and (_RULE.search(damaged) or _visible(damaged) == _visible(block)):
        return content.replace(damaged, block, 1)
    return f"{content}\n{block}" if content else block


def _visible(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def _position(content: str, join_url: str) -> int | None:
    found = (content.find(spelling) for spelling in (join_url, html.escape(join_url)) if spelling)
    return next((at for at in found if at >= 0), None)


def _outline(content: str) -> _Element:
    """The tree of elements; forgiving, as mail is: what nobody closes ends with its parent."""
    root = _Element(0, len(content))
    path = [("", root)]
    open_names: Counter[str] = Counter()
    for tag in _TAG.finditer(content):
        name = tag["name"].lower()
        if tag["closing"]:
            _close(path, open_names, name, tag.end())
        elif not tag["empty"] and name not in _VOID:
            element = _Element(tag.start(), path[-1][1].end)
            path[-1][1].children.append(element)
            path.append((name, element))
            open_names[name] += 1
    return root


def _close(path: list[tuple[str, _Element]], open_names: Counter[str], name: str, end: int) -> None:
    """Close the innermost element of this name and all in it; a closing tag of nothing closes nothing."""
    closed = "" if open_names[name] else name
    while closed != name:
        closed, element = path.pop()
        element.end = end
        open_names[closed] -= 1


def _span(content: str, first: int, last: int) -> tuple[int, int]:
    """The neighbouring elements from the one around `first` to the one around `last`, in the innermost that holds both.

    Where both are one place, the way inward ends at the first element that is not all there is.
    """
    element = _outline(content)
    while child := next((each for each in element.children if each.start <= first and last < each.end), None):
        if first == last and not _is_all_there_is(content, element, child):
            return child.start, child.end
        element = child
    if first == last:
        return element.start, element.end
    inside = [child for child in element.children if child.end > first and child.start <= last]
    return min([first, *(child.start for child in inside)]), max([last + 1, *(child.end for child in inside)])


def _is_all_there_is(content: str, element: _Element, child: _Element) -> bool:
    return not _visible(content[element.start : child.start]) and not _visible(content[child.end : element.end])
