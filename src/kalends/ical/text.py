"""HTML told in plain text, for DESCRIPTION and for mails (RFC 5545 §3.8.1.5), and plain text as HTML."""

import html
import re
from html.parser import HTMLParser

BREAKS = frozenset(
    {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"}
)
SILENT = frozenset({"script", "style", "head", "title"})
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean(text: str) -> str:
    """Without control characters, which no content line may hold, and with one kind of line end (RFC 5545 §3.1)."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_of(markup: str) -> str:
    """The words of an HTML body, a line for each of its lines."""
    reader = _Words()
    reader.feed(clean(markup))
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.words).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def html_of(text: str) -> str:
    """Plain text as HTML that reads the same."""
    return html.escape(text, quote=False).replace("\n", "<br>\n")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.depth += tag in SILENT
        if tag in BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.depth = max(0, self.depth - (tag in SILENT))
        if tag in BREAKS and tag != "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.words.append(data.replace("\n", " "))
