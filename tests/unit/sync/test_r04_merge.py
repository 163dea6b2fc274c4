"""RULES §4: changes on both sides become one."""

from kalends.domain.attendee import Attendee
from kalends.domain.event import Field, Importance, OnlineMeeting, ShowAs
from kalends.sync.merge import Limits, Trees, merge, text_of
from kalends.sync.snapshot import Values
from tests.unit.sync.stage import Stage, at

LIMITS = Limits(down=frozenset(Field), up=frozenset(Field), written=lambda _: True, outlook_wins=True)


def people(*names: str) -> tuple[Attendee, ...]:
    return tuple(Attendee(address=f"{name}@contoso.example") for name in names)


def merged(base: Values, here: Values, there: Values) -> tuple[Values, Values, list[Field]]:
    result = merge(Trees(ours=base, theirs=base, local={**base, **here}, remote={**base, **there}), LIMITS)
    return result.down, result.up, [each.field for each in result.lost]


def test_r4_1_what_exchange_rewrites_is_no_change() -> None:
    stage = Stage("Alice")
    stage.create(body="<p>Bring   figures</p>")
    stage.settle()
    stage.forget_requests()
    stage.settle()
    assert "<html>" in stage.copy()["body"]["content"]
    assert stage.only().values[Field.BODY] == "<p>Bring   figures</p>"
    assert stage.writes() == []


def test_r4_2_different_fields_are_both_kept() -> None:
    base: Values = {Field.SUBJECT: "a", Field.IMPORTANCE: Importance.NORMAL}
    found = merged(base, {Field.SUBJECT: "b"}, {Field.IMPORTANCE: Importance.HIGH})
    assert found == ({Field.IMPORTANCE: Importance.HIGH}, {Field.SUBJECT: "b"}, [])


def test_r4_2_people_and_categories_merge_member_by_member() -> None:
    base: Values = {Field.ATTENDEES: people("bob", "charlie"), Field.CATEGORIES: ("Red",)}
    here: Values = {Field.ATTENDEES: people("bob", "charlie", "dora"), Field.CATEGORIES: ("Red", "Blue")}
    there: Values = {Field.ATTENDEES: people("charlie"), Field.CATEGORIES: ()}
    down, up, lost = merged(base, here, there)
    assert down == up == {Field.ATTENDEES: people("charlie", "dora"), Field.CATEGORIES: ("Blue",)}
    assert lost == []


def test_r4_2_when_is_one_field() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    stage.change(event_id, when=at(12))
    stage.change_there(when=at(15))
    stage.settle()
    assert stage.seen(event_id).values[Field.WHEN] in {at(12), at(15)}
    assert [each.field for each in stage.world.kalends.conflicts.rows.values()] == [Field.WHEN]


def test_r4_3_in_a_meeting_outlooks_value_wins_and_ours_is_kept() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.change_there(subject="from Outlook")
    stage.world.clock.advance(60)
    stage.change(event_id, subject="from Kalends")
    stage.settle()
    conflicts = list(stage.world.kalends.conflicts.rows.values())
    assert stage.seen(event_id).values[Field.SUBJECT] == stage.copy()["subject"] == "from Outlook"
    assert [(each.kept, each.lost, each.lost_here) for each in conflicts] == [("from Outlook", "from Kalends", True)]


def test_r4_3_of_an_appointment_the_later_value_wins() -> None:
    stage = Stage("Alice")
    event_id = stage.create()
    stage.settle()
    stage.change_there(subject="from Outlook")
    stage.world.clock.advance(60)
    stage.change(event_id, subject="from Kalends")
    stage.settle()
    assert stage.seen(event_id).values[Field.SUBJECT] == stage.copy()["subject"] == "from Kalends"
    assert [each.lost for each in stage.world.kalends.conflicts.rows.values()] == ["from Outlook"]


def test_r4_4_bodies_are_compared_by_what_people_read() -> None:
    head = '<head><meta charset="utf-8"><style>p{}</style></head>'
    framed = f"<html>{head}<body><p>Bring\r\n figures &amp; pens</p></body></html>"
    assert text_of("<p>Bring figures &amp; pens</p>") == text_of(framed)
    assert text_of('<a href="https://a.example">here</a>') != text_of('<a href="https://b.example">here</a>')


def test_r4_4_a_time_in_a_zone_without_a_name_is_never_written_back() -> None:
    stage = Stage("Alice")
    stage.load_there(
        also={"originalStartTimeZone": "tzone://Microsoft/Custom", "originalEndTimeZone": "tzone://Microsoft/Custom"}
    )
    stage.settle()
    item = stage.only()
    stage.forget_requests()
    stage.change(item.event_id, when=at(16))
    stage.settle()
    assert stage.writes() == []


def test_r4_6_an_edit_that_changes_nothing_is_not_sent() -> None:
    stage = Stage("Alice")
    event_id = stage.create("Bob")
    stage.settle()
    stage.forget_requests()
    stage.change(event_id, subject="Budget", show_as=ShowAs.BUSY)
    stage.settle()
    assert stage.writes() == []


def test_r4_7_what_a_write_returns_is_what_is_known_of_outlook() -> None:
    stage = Stage("Alice")
    event_id = stage.create(online_meeting=OnlineMeeting(wanted=True, provider="teamsForBusiness"))
    stage.settle()
    meeting = stage.seen(event_id).values[Field.ONLINE_MEETING]
    assert isinstance(meeting, OnlineMeeting)
    assert meeting.join_url == stage.copy()["onlineMeeting"]["joinUrl"]
