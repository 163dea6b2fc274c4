"""The online meeting's block: found in bodies of several shapes, and kept byte for byte."""

import pytest

from kalends.graph.meeting_block import LONGEST, block_in, with_block

URL = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_1/0?context=%7b%7d&x=1"
LINK = URL.replace("&", "&amp;")
RULE = '<div style="width:100%"><span style="opacity:.36">________________________________________</span> </div>'
JOIN = f'<div class="me-email-text" lang="en-US"><div>Microsoft Teams meeting</div><a href="{LINK}">Join</a><br></div>'
DRESSED = ' class="me-email-text" lang="en-US"'
CLASSIC = f"{RULE}{JOIN}{RULE}"


@pytest.mark.parametrize(
    ("content", "block"),
    [
        (f"<p>Agenda</p>{CLASSIC}", CLASSIC),
        (f"<div><p>Agenda</p>{CLASSIC}<p>Later</p></div>", CLASSIC),
        (f"<p>Agenda</p><div>{CLASSIC}</div>", CLASSIC),
        (f"<p>Agenda</p>{JOIN}", JOIN),
        (f"<div><p>Agenda</p>{JOIN}</div>", JOIN),
        (f"<p>Agenda<p>unclosed{CLASSIC}", CLASSIC),
        (
            f"Agenda<br>____________________<br>Join {URL}<br>____________________",
            f"____________________<br>Join {URL}<br>____________________",
        ),
    ],
)
def test_it_finds_the_block(content: str, block: str) -> None:
    assert block_in(content, URL) == block


@pytest.mark.parametrize("join_url", [URL, ""])
def test_it_finds_none_where_the_address_is_not(join_url: str) -> None:
    assert block_in("<p>Agenda</p>", join_url) is None


def test_it_never_leaves_the_address_out_of_the_block() -> None:
    content = f'<p>one</p><p>two <a href="{LINK}">three</a></p>'
    assert block_in(content, URL) == f'<p>two <a href="{LINK}">three</a></p>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"<p>New</p>{CLASSIC}", f"<p>New</p>{CLASSIC}"),
        ("<p>New</p>", f"<p>New</p>\n{CLASSIC}"),
        ("", CLASSIC),
        (
            f"<p>New</p>{CLASSIC.replace(DRESSED, '')}<p>end</p>",
            f"<p>New</p>{CLASSIC}<p>end</p>",
        ),
        (f'<p>New, see <a href="{LINK}">here</a></p>', f'<p>New, see <a href="{LINK}">here</a></p>\n{CLASSIC}'),
    ],
)
def test_it_keeps_the_block_byte_for_byte_in_a_new_text(content: str, expected: str) -> None:
    assert with_block(content, CLASSIC, URL) == expected


@pytest.mark.parametrize(
    "hostile", ["<a" * 200_000, "<div>" * 20_000 + "</x>" * 20_000, "_" * 900_000, "<!--" * 200_000]
)
def test_it_looks_through_hostile_mail_in_one_go(hostile: str) -> None:
    assert block_in(f'{hostile}<a href="{LINK}">Join</a>', URL) is not None
    assert block_in("x" * LONGEST + URL, URL) is None
