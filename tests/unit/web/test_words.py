"""Times and mails in words."""

import datetime as dt

import pytest

from kalends.domain.scheduling import ForecastMail, MailKind
from kalends.domain.span import AllDay, Span, Timed
from kalends.web.mail_words import mail_words
from kalends.web.when_words import own_zone_words, when_words

TODAY = dt.date(2026, 11, 21)


def _timed(start: str, end: str, start_zone: str = "Europe/Berlin", end_zone: str = "Europe/Berlin") -> Timed:
    moments = [dt.datetime.fromisoformat(text) for text in (start, end)]
    return Timed(start=moments[0], start_zone=start_zone, end=moments[1], end_zone=end_zone)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (_timed("2026-11-24 09:00", "2026-11-24 10:00"), "Tue 24 Nov, 09:00 – 10:00"),
        (_timed("2026-11-24 22:00", "2026-11-25 01:00"), "Tue 24 Nov, 22:00 – Wed 25 Nov, 01:00"),
        (_timed("2027-01-04 09:00", "2027-01-04 10:00"), "Mon 4 Jan 2027, 09:00 – 10:00"),
        (AllDay(first=dt.date(2026, 12, 24), last=dt.date(2026, 12, 24)), "Thu 24 Dec, all day"),
        (AllDay(first=dt.date(2026, 12, 24), last=dt.date(2027, 1, 2)), "Thu 24 Dec – Sat 2 Jan 2027, all day"),
    ],
)
def test_it_tells_a_time_in_the_readers_zone(span: Span, words: str) -> None:
    assert when_words(span, "Europe/Berlin", TODAY) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (_timed("2026-11-24 09:00", "2026-11-24 10:00"), ""),
        (_timed("2026-11-24 09:00", "2026-11-24 10:00", "Europe/Paris", "Europe/Paris"), ""),
        (
            _timed("2026-11-24 09:00", "2026-11-24 10:00", "America/New_York", "America/New_York"),
            "09:00 – 10:00 in New York",
        ),
        (
            _timed("2026-11-24 09:00", "2026-11-24 12:00", "Europe/Berlin", "America/New_York"),
            "09:00 in Berlin – 12:00 in New York",
        ),
        (AllDay(first=TODAY, last=TODAY), ""),
    ],
)
def test_it_names_the_events_own_clocks_when_they_differ(span: Span, words: str) -> None:
    assert own_zone_words(span, "Europe/Berlin") == words


def _mail(name: str, kind: MailKind, *, certain: bool = True) -> ForecastMail:
    return ForecastMail(recipient=f"{name.lower()}@example.com", name=name, kind=kind, certain=certain)


@pytest.mark.parametrize(
    ("mails", "words"),
    [
        ([], "Nobody will be mailed."),
        ([_mail("Ann", MailKind.REQUEST)], "Outlook will mail Ann (invitation)."),
        (
            [_mail("Ann", MailKind.REQUEST), _mail("Bob", MailKind.CANCEL)],
            "Outlook will mail Ann (invitation) and Bob (cancellation).",
        ),
        (
            [_mail("Ann", MailKind.UPDATE), _mail("Bob", MailKind.UPDATE), _mail("Cem", MailKind.UPDATE)],
            "Outlook will mail Ann, Bob and Cem (update).",
        ),
        (
            [_mail("Ann", MailKind.REQUEST), _mail("Bob", MailKind.UPDATE, certain=False)],
            "Outlook will mail Ann (invitation). Outlook may mail Bob (update).",
        ),
        (
            [_mail(f"P{number}", MailKind.UPDATE) for number in range(9)],
            "Outlook will mail P0, P1, P2, P3, P4 and 4 others (update).",
        ),
    ],
)
def test_it_says_whom_outlook_will_mail(mails: list[ForecastMail], words: str) -> None:
    assert mail_words(mails) == words
