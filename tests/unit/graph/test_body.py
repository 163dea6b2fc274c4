"""Bodies: people see what people wrote, and comparisons survive what Exchange wraps around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.domain.attendee import Attendee
from kalends.graph import wire
from kalends.graph.body import QUIET_OPENING, body_member, body_of, quiet_paragraph, unframed
from tests.unit.graph.payloads import framed

ANN = Attendee(address="ann@example.org", name="Ann <Lee>")
BOB = Attendee(address="bob@example.org")

OF_TEXT = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
    '<meta name="Generator" content="Microsoft Exchange Server">\r\n<!-- converted from text -->\r\n'
    "<style><!-- .EmailQuote { margin-left: 1pt; border-left: #800000 2px solid; } --></style></head>\r\n"
    '<body>\r\n<font size="2"><span style="font-size:11pt;"><div class="PlainText">{}</div></span></font>\r\n'
    "</body>\r\n</html>\r\n"
)
STYLED = (
    '<html xmlns:o="urn:x"><head><style>p.MsoNormal { margin: 0 }</style></head>'
    '<body lang="EN-US" link="#0563C1"><div class="WordSection1"><p class="MsoNormal">Hi</p></div></body></html>'
)


def shown(content: str | None, kind: str = "html") -> str:
    """What is read of a body."""
    return body_of(wire.ItemBody(content_type=kind, content=content))


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (None, ""),
        ("", ""),
        ("<p>Hi</p>", "<p>Hi</p>"),
        (framed(""), ""),
        (framed("<p>Hi</p>\r\n<p>there</p>"), "<p>Hi</p>\n<p>there</p>"),
        ("<!DOCTYPE html><html><body>Hi</body></html>", "Hi"),
        ('<html><head></head><body dir="ltr">Hi</body></html>', "Hi"),
        (OF_TEXT.replace("{}", "my simple event"), "my simple event"),
        (OF_TEXT.replace("{}", "&nbsp;"), ""),
        (STYLED, STYLED),
        ("<html><body>never closed", "<html><body>never closed"),
    ],
)
def test_it_takes_off_a_frame_that_says_nothing(content: str | None, body: str) -> None:
    assert shown(content) == body


def test_it_reads_a_missing_body_as_empty() -> None:
    """Scenario O-184."""
    assert body_of(None) == ""


def test_it_reads_text_as_html() -> None:
    assert shown("1 < 2\r\nand so on\n", "text") == "1 &lt; 2<br>\nand so on"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_it_changes_nothing_on_a_second_reading(text: str) -> None:
    """Scenario O-186: saved many times both ways, a text stays what it is."""
    once = shown(framed(text))
    assert shown(body_member(once)["content"]) == once == shown(framed(once))


def test_it_adds_the_people_of_a_quiet_copy_as_one_paragraph_and_reads_it_away() -> None:
    written = body_member("<p>Agenda</p>", [ANN, BOB])["content"]
    assert written == (
        "<p>Agenda</p>\n<p>With these people; the list is kept in Kalends, Outlook has invited nobody: "
        "Ann &lt;Lee&gt; (ann@example.org), bob@example.org</p>"
    )
    assert shown(framed(written)) == "<p>Agenda</p>"


@pytest.mark.parametrize(
    "paragraph",
    [
        quiet_paragraph([ANN, BOB]),
        quiet_paragraph([ANN])
        .replace("<p>", '<p class="x_MsoNormal"><span style="color:black">')
        .replace("</p>", "</span></p>"),
        quiet_paragraph([BOB]).replace("<p>", "<P>\r\n<font size='2'>").replace("</p>", "</font></P>"),
    ],
)
def test_it_finds_the_paragraph_again_however_exchange_dresses_it(paragraph: str) -> None:
    assert shown(framed(f"<p>Before</p>{paragraph}<p>Added in Outlook</p>")) == "<p>Before</p><p>Added in Outlook</p>"


def test_it_writes_no_paragraph_for_nobody() -> None:
    assert body_member("<p>Alone</p>", [])["content"] == "<p>Alone</p>"
    assert body_member("", [BOB])["content"] == quiet_paragraph([BOB])


def test_it_leaves_what_only_resembles_the_paragraph() -> None:
    body = "<p>The list is kept in Kalends.</p>"
    assert shown(framed(body)) == body


def test_it_keeps_a_styled_frame_whole() -> None:
    assert unframed(STYLED) == STYLED


@pytest.mark.parametrize(
    "hostile",
    [
        "<html><head>" + " " * 300_000 + "x</head><body>a</body></html>",
        "<html><head>" + "<!-- -->" * 100_000 + "x</head><body>a</body></html>",
        "<html><head>" + "<style>" * 100_000 + "</head><body>a</body></html>",
        "<html><head>" * 100_000,
        "<html>" + "<head></head>   " * 100_000 + "<body>a</body></html>",
        " " * 300_000 + QUIET_OPENING,
        "<p>" * 100_000 + QUIET_OPENING + " " * 300_000,
        "With " * 100_000,
    ],
    ids=lambda hostile: hostile[:20].strip() or "blanks",
)
def test_it_reads_hostile_mail_in_one_go(hostile: str) -> None:
    """Each of these keeps a careless pattern busy for hours."""
    assert shown(hostile) == hostile.strip()
