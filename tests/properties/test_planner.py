"""A plan converges, its second run is empty, and order does not matter (STYLE 20)."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.domain.attendee import Attendee
from kalends.domain.event import Field
from kalends.sync.codec import to_json, values_from_json
from kalends.sync.merge import Limits, Trees, agree, merge
from tests.simulation.pair import HERE, THERE
from tests.simulation.planner import broken, random_case

LIMITS = Limits(down=frozenset(Field), up=frozenset(Field), written=lambda _: True, outlook_wins=True)
PEOPLE = [Attendee(address=f"{name}@contoso.example") for name in ("alice", "bob", "charlie", "dora", "emil")]
lists = st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple)


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0))
def test_any_case_ends_with_both_sides_equal_and_an_empty_second_run(seed: int) -> None:
    assert broken(random_case(Random(seed))) == []


@given(lists, lists, lists, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(
    base: tuple[Attendee, ...], here: tuple[Attendee, ...], there: tuple[Attendee, ...], shuffle: Random
) -> None:
    def merged(*sides: tuple[Attendee, ...]) -> object:
        old, local, remote = ({Field.ATTENDEES: side} for side in sides)
        found = merge(Trees(ours=old, theirs=old, local=local, remote=remote), LIMITS)
        return found.down.get(Field.ATTENDEES, local[Field.ATTENDEES])

    mixed = [tuple(shuffle.sample(side, len(side))) for side in (base, here, there)]
    assert agree(Field.ATTENDEES, merged(base, here, there), merged(*mixed))  # type: ignore[arg-type]


@given(st.sets(st.sampled_from(sorted(HERE))), st.booleans())
def test_values_are_read_back_as_they_were_written(fields: set[Field], here: bool) -> None:
    values = {field: (HERE if here else THERE)[field] for field in fields}
    assert values_from_json(to_json(values)) == values
