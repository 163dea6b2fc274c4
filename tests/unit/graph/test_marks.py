"""Marks: the same creation always bears the same name, another one never does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.domain.attendee import Attendee, Role
from kalends.graph import wire
from kalends.graph.marks import (
    CREATION,
    PEOPLE,
    SEQUENCE,
    creation_members,
    creation_of,
    creation_text,
    people_property,
    sequence_of,
    transaction_id,
)
from kalends.sync.snapshot import Creation

NAMES = st.text("abc-019", min_size=1, max_size=8)
CREATIONS = st.builds(Creation, installation=NAMES, event_id=NAMES, mailbox_id=NAMES, number=st.integers(1, 10**6))


def bearing(name: str, value: str | None) -> wire.Event:
    """An event with one property."""
    return wire.Event(single_value_extended_properties=[wire.ExtendedProperty(id=name, value=value)])


@given(CREATIONS)
def test_a_creation_is_read_back_whole(creation: Creation) -> None:
    assert creation_of(bearing(CREATION.lower(), creation_text(creation))) == creation


@given(CREATIONS, CREATIONS)
def test_two_creations_never_share_a_key(one: Creation, other: Creation) -> None:
    assert (transaction_id(one) == transaction_id(other)) == (one == other)


@pytest.mark.parametrize("text", [None, "", "a/b/c", "a/b/c/d", "a/b/c/1/2", "a/b/c/-1"])
def test_another_text_names_no_creation(text: str | None) -> None:
    assert creation_of(bearing(CREATION, text)) is None
    assert creation_of(wire.Event()) is None


@pytest.mark.parametrize(("text", "sequence"), [("0", 0), ("12", 12), ("x", None), (None, None)])
def test_it_reads_the_sequence(text: str | None, sequence: int | None) -> None:
    assert sequence_of(bearing(SEQUENCE, text)) == sequence


def test_a_quiet_copy_keeps_its_list_beside_the_body() -> None:
    zoe = Attendee(address="zoe@example.org", name="Zoë", role=Role.OPTIONAL)
    expected = [{"address": "zoe@example.org", "name": "Zoë", "role": "optional"}]
    (held,) = people_property([zoe])
    assert (held["id"], json.loads(held["value"])) == (PEOPLE, expected)
    creation = Creation(installation="i", event_id="e", mailbox_id="m", number=1)
    properties = creation_members(creation, [zoe])["singleValueExtendedProperties"]
    assert isinstance(properties, list)
    assert properties[2:] == [held]
