"""Bodies: out of Exchange's frame, without the quiet copy's last paragraph, and back (FACTS.md §2.6, RULES 4.4, 7.1).

Exchange stores HTML and wraps it in a document of its own. A frame that says nothing (metadata, comments, the style of
a converted text) is taken off, so that what people see is what they wrote; a frame that carries styles is part of the
message, and stays.
"""

import html
import re
from collections.abc import Iterable

from kalends.domain.attendee import Attendee
from kalends.graph import wire

QUIET_OPENING = "With these people; the list is kept in Kalends, Outlook has invited nobody: "

_OPENING_FRAME = re.compile(
    r"\s*(?:<!doctype[^>]*>\s*)?<html[^>]*>\s*(?:<head[^>]*>(?P<head>.*?)</head>\s*)?<body(?:\s+(?:dir|lang)=[^\s>]+)*\s*>",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING_FRAME = re.compile(r"</body>\s*</html>\s*$", re.IGNORECASE)
_NOTHING = re.compile(r"(?>\s|<meta\b[^>]*>|<title>\s*</title>|<!--.*?-->)*+", re.IGNORECASE | re.DOTALL)
_TEXT_STYLE = re.compile(r"<style[^>]*>[^{]*\.EmailQuote.*?</style>", re.IGNORECASE | re.DOTALL)
_LONGEST_EMPTY_HEAD = 4_000
_TEXT_OPENING = '<font size="2"><span style="font-size:11pt;"><div class="PlainText">'
_TEXT_CLOSING = "</div></span></font>"
_QUIET_WORDS = re.compile(r"\s+".join(map(re.escape, QUIET_OPENING.split())))
_TO_QUIET_WORDS = re.compile(r"<p\b[^>]*>(?>\s|<(?!/?p\b)[^>]*>)*+", re.IGNORECASE)


def body_of(body: wire.ItemBody | None) -> str:
    """What the event says, as HTML: unframed, with plain line ends, without the quiet paragraph; "" for nothing."""
    content = ((body.content if body else None) or "").replace("\r\n", "\n")
    if body and body.content_type == "text":
        return html.escape(content, quote=False).strip().replace("\n", "<br>\n")
    inner = without_quiet_paragraph(unframed(content))
    return "" if inner.strip() == "&nbsp;" else inner.strip()


def unframed(content: str) -> str:
    """The content without a frame that says nothing; with any other frame, as it is."""
    opening, closing = _OPENING_FRAME.match(content), _CLOSING_FRAME.search(content, max(0, len(content) - 200))
    if not opening or not closing or not _says_nothing(opening["head"] or ""):
        return content
    inner = content[opening.end() : closing.start()].strip()
    if inner.startswith(_TEXT_OPENING) and inner.endswith(_TEXT_CLOSING):
        return inner[len(_TEXT_OPENING) : -len(_TEXT_CLOSING)].strip()
    return inner


def _says_nothing(head: str) -> bool:
    return len(head) <= _LONGEST_EMPTY_HEAD and bool(_NOTHING.fullmatch(_TEXT_STYLE.sub("", head)))


def without_quiet_paragraph(content: str) -> str:
    """The content without the paragraph that names a quiet copy's people, however Exchange dresses it.

    Mail is hostile: every step here takes time in proportion to the content's length.
    """
    words = _QUIET_WORDS.search(content)
    if not words:
        return content
    folded = content.lower()
    start, end = folded.rfind("<p", 0, words.start()), folded.find("</p>", words.end())
    if start < 0 or end < 0 or not _TO_QUIET_WORDS.fullmatch(content, start, words.start()):
        return content
    return content[:start].rstrip() + content[end + len("</p>") :]


def body_member(content: str, quiet_list: Iterable[Attendee] | None = None) -> dict[str, str]:
    """The body as Graph takes it, with the people of a quiet copy as its last paragraph."""
    paragraph = "" if quiet_list is None else quiet_paragraph(quiet_list)
    return {"contentType": "html", "content": "\n".join(part for part in (content, paragraph) if part)}


def quiet_paragraph(quiet_list: Iterable[Attendee]) -> str:
    """Who takes part in a quiet copy, for people who read it in Outlook; "" for nobody."""
    names = [html.escape(_named(attendee)) for attendee in quiet_list]
    return f"<p>{QUIET_OPENING}{', '.join(names)}</p>" if names else ""


def _named(attendee: Attendee) -> str:
    return f"{attendee.name} ({attendee.address})" if attendee.name else attendee.address
