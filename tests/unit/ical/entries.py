"""Random entries, as far as iCalendar can hold all of what the domain says."""

import datetime as dt

from hypothesis import strategies as st

from kalends.domain.attendee import Addressee, Answer, Attendee, Partstat, Role
from kalends.domain.event import Event, Importance, OnlineMeeting, Personal, Place, ResponseOptions, Sensitivity, ShowAs
from kalends.domain.span import AllDay, Timed
from kalends.ical.vevent import Entry

ZONES = ("UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca")
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n"), max_size=60)
LINE = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=40)
NAME = LINE.filter(lambda text: "\\" not in text)
WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
ADDRESSES = st.builds("{}@{}.example".format, WORD, WORD)
PERSONAL = st.builds(
    Personal,
    reminder=st.just(15),
    show_as=st.sampled_from(ShowAs),
    sensitivity=st.sampled_from(Sensitivity),
    categories=st.lists(LINE.filter(bool), max_size=3).map(tuple),
)


@st.composite
def spans(draw: st.DrawFn) -> Timed | AllDay:
    day = draw(st.dates(dt.date(1975, 1, 2), dt.date(2080, 1, 1)))
    if draw(st.booleans()):
        return AllDay(first=day, last=day + dt.timedelta(days=draw(st.integers(0, 40))))
    start = dt.datetime.combine(day, dt.time(draw(st.integers(0, 23)), draw(st.integers(0, 59))), dt.UTC)
    end = start + dt.timedelta(minutes=draw(st.integers(0, 10_000)))
    return Timed.at(start, end, draw(st.sampled_from(ZONES)), draw(st.sampled_from(ZONES)))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    people = draw(st.lists(ADDRESSES, max_size=4, unique=True))
    requested = draw(st.booleans()) or not people
    attendees = tuple(
        Attendee(
            address=address,
            name=draw(NAME),
            role=draw(st.sampled_from(Role)),
            answer=Answer(partstat=draw(st.sampled_from(Partstat))),
        )
        for address in people
    )
    url = draw(st.sampled_from(("", "https://meet.example/a?b=c,d;e&f=%20")))
    event = Event(
        when=draw(spans()),
        subject=draw(LINE),
        body=draw(TEXT),
        places=tuple(Place(name=name) for name in draw(st.lists(WORD, max_size=2))),
        attendees=attendees,
        importance=draw(st.sampled_from(Importance)),
        online_meeting=OnlineMeeting(wanted=bool(url), join_url=url),
        response_options=ResponseOptions(requested=requested, propose_new_times=draw(st.booleans())),
        organizer=draw(st.none() | st.builds(Addressee, address=ADDRESSES, name=NAME)),
    )
    return Entry(
        uid=draw(ADDRESSES),
        stamp=draw(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2090, 1, 1))).replace(
            microsecond=0, tzinfo=dt.UTC
        ),
        sequence=draw(st.integers(0, 9999)),
        cancelled=draw(st.booleans()),
        event=event,
        personal=draw(PERSONAL),
    )
