"""Random recurrences by seed: every pattern and range, often at the edges that sync tools get wrong."""

import datetime as dt
import random

from kalends.domain.recurrence import (
    Daily,
    Monthly,
    MonthlyRelative,
    NoEnd,
    Numbered,
    Pattern,
    Position,
    Range,
    Recurrence,
    Until,
    Weekday,
    Weekly,
    Yearly,
    YearlyRelative,
)

ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "America/Sao_Paulo")


def recurrence(chance: random.Random) -> Recurrence:
    first = dt.date(2020, 1, 1) + dt.timedelta(days=chance.randrange(3000))
    return Recurrence(pattern=pattern(chance), range=_range(chance, first), zone=chance.choice(ZONES))


def pattern(chance: random.Random) -> Pattern:
    interval = chance.choice((1, 1, 1, 2, 3, 4, 7))
    day = chance.choice((1, 15, 28, 29, 30, 31, chance.randint(1, 31)))
    month = chance.choice((2, chance.randint(1, 12)))
    days = frozenset(Weekday(each) for each in chance.sample(range(7), chance.choice((1, 1, 2, 3, 5, 7))))
    position = chance.choice(tuple(Position))
    match chance.randrange(6):
        case 0:
            return Daily(interval=interval)
        case 1:
            return Weekly(interval=interval, days=days, week_start=Weekday(chance.randrange(7)))
        case 2:
            return Monthly(interval=interval, day=day)
        case 3:
            return MonthlyRelative(interval=interval, days=days, position=position)
        case 4:
            return Yearly(interval=min(interval, 4), day=day, month=month)
        case _:
            return YearlyRelative(interval=min(interval, 4), days=days, position=position, month=month)


def _range(chance: random.Random, first: dt.date) -> Range:
    match chance.randrange(3):
        case 0:
            return NoEnd(first=first)
        case 1:
            return Until(first=first, last=first + dt.timedelta(days=chance.randrange(4000)))
        case _:
            return Numbered(first=first, count=chance.randint(1, 20))
