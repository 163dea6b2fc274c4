"""Whatever stands in the place of whichever member: reading never fails, and the event keeps its name (RULES 16.3)."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.graph.event import item_of
from tests.unit.graph.payloads import event

MEMBERS = sorted(event())
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["\ud800", "\0", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999", "tzone://Microsoft/Custom"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["emailAddress", "address", "name", "dateTime", "timeZone", "content", "displayName"]),
            inner,
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=4))
@settings(max_examples=400, deadline=None)
def test_reading_never_fails(nonsense: dict[str, Any]) -> None:
    members = event() | nonsense
    item = item_of(json.dumps(members).encode(), ["alice@example.org"])
    named = members["id"] if isinstance(members["id"], str) else ""
    assert item.remote_id == named.replace("\0", "").replace("\ud800", "?")
    for value in item.values.values():
        str(value).encode()
