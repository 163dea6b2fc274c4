"""Bodies: always stored as HTML, wrapped and cleaned as Exchange does it, read back as HTML or text (FACTS §2.6)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_META = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
_FROM_TEXT = (
    f"<html>\r\n<head>\r\n{_META}\r\n"
    '<meta name="Generator" content="Microsoft Exchange Server">\r\n<!-- converted from text -->\r\n'
    "<style><!-- .EmailQuote { margin-left: 1pt; padding-left: 4pt; border-left: #800000 2px solid } --></style>"
    '</head>\r\n<body>\r\n<font size="2"><span style="font-size:11pt;"><div class="PlainText">{text}</div></span>'
    "</font>\r\n</body>\r\n</html>\r\n"
)
_ACTIVE = re.compile(
    r"<\s*(script|iframe|object|embed|applet|form|base|link)\b|\son[a-z]+\s*=|javascript:|vbscript:", re.IGNORECASE
)
_DROPPED_WITH_CONTENT = frozenset({"script", "iframe", "object", "applet"})
_DROPPED = frozenset({"embed", "form", "base", "link"})
_BREAKING = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"}
)
_INVISIBLE = frozenset({"head", "style", "script", "title"})
_TAG_BEGINS = re.compile(r"</?[a-zA-Z]|<!")
_MARK = re.compile(r"""[>"']""")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
_SCRIPT_URL = re.compile(r"""["']?\s*(javascript|vbscript):""", re.IGNORECASE)
PREVIEW_CHARACTERS = 255
_ENOUGH_FOR_PREVIEW = 100_000


def from_text(text: str) -> str:
    """Return a text as the HTML Exchange makes of it; an empty one reads back as a no-break space."""
    escaped = html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>\r\n")
    return _FROM_TEXT.replace("{text}", escaped or "&nbsp;")


def from_html(source: str) -> str:
    """Return HTML wrapped into a document, without scripts and other active content."""
    if not source:
        return ""
    clean = _without_active_content(source) if _ACTIVE.search(source) else source
    lower = clean.lower()
    if "<html" not in lower:
        return f"<html><head>\r\n{_META}</head><body>{clean}</body></html>"
    if "content-type" in lower or "<head>" not in lower:
        return clean
    at = lower.index("<head>") + len("<head>")
    return f"{clean[:at]}\r\n{_META}{clean[at:]}"


def to_text(source: str) -> str:
    """Return what a person would read, with CRLF line ends."""
    if "<" not in source and "&" not in source:
        return source
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in html.unescape("".join(_readable(source))).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip().replace("\n", "\r\n")


def preview(source: str) -> str:
    return to_text(source[:_ENOUGH_FOR_PREVIEW])[:PREVIEW_CHARACTERS]


def _tokens(source: str) -> Iterator[str]:
    """Yield tags, comments and the text between them, in one pass however broken the source is."""
    position, last_end = 0, source.rfind(">")
    while (begins := _TAG_BEGINS.search(source, position)) is not None and begins.start() < last_end:
        if begins.start() > position:
            yield source[position : begins.start()]
        end = _end_of_tag(source, begins.start(), last_end)
        yield source[begins.start() : end]
        position = end
    if position < len(source):
        yield source[position:]


def _end_of_tag(source: str, start: int, last_end: int) -> int:
    """Return where a tag or comment ends; a quote that is never closed is none."""
    if source.startswith("<!--", start):
        closed = source.find("-->", start)
        return closed + 3 if closed >= 0 else len(source)
    position = start
    while (mark := _MARK.search(source, position)) is not None:
        if mark[0] == ">":
            return mark.end()
        closed = source.find(mark[0], mark.end(), last_end)
        if closed < 0:
            return source.index(">", mark.end()) + 1
        position = closed + 1
    return last_end + 1


def _readable(source: str) -> Iterator[str]:
    """Yield the text between the tags, line ends for tags that break lines; entities stay."""
    hidden = 0
    for token in _tokens(source):
        tag = _TAG.match(token)
        if tag is None:
            if not hidden and not token.startswith("<!"):
                yield re.sub(r"\s+", " ", token)
            continue
        closing, name = bool(tag[1]), tag[2].lower()
        if name in _INVISIBLE:
            hidden = max(0, hidden + (-1 if closing else 1))
        elif name in _BREAKING and not (closing and name == "br"):
            yield "\n"


def _without_active_content(source: str) -> str:
    return "".join(_harmless_tokens(source))


def _harmless_tokens(source: str) -> Iterator[str]:
    dropping = 0
    for token in _tokens(source):
        tag = _TAG.match(token)
        name = tag[2].lower() if tag else ""
        if tag and name in _DROPPED_WITH_CONTENT:
            if not token.endswith("/>"):
                dropping = max(0, dropping + (-1 if tag[1] else 1))
        elif not dropping and name not in _DROPPED:
            yield _ATTRIBUTE.sub(_harmless_attribute, token) if tag and not tag[1] else token


def _harmless_attribute(match: re.Match[str]) -> str:
    if match[1].lower().startswith("on") or _SCRIPT_URL.match(match[2] or ""):
        return ""
    return match[0]
