from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from builder.text import WIDTH, pretty

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda below: st.lists(below, max_size=6) | st.dictionaries(st.text(max_size=8), below, max_size=6),
    max_leaves=40,
)


@given(JSON)
def test_what_is_rendered_reads_back_the_same(value: object) -> None:
    assert json.loads(pretty(value)) == value


@given(st.lists(st.lists(st.integers(0, 999), max_size=12), max_size=12))
def test_lines_of_short_items_stay_inside_the_width(value: object) -> None:
    assert max(len(line) for line in pretty(value).splitlines()) <= WIDTH + 1


def test_what_fits_on_a_line_stands_on_one() -> None:
    short = {"Ref": "Environment"}
    long = {"Fn::Join": ["-", ["streamflix"] * 12]}
    assert pretty(short) == '{"Ref": "Environment"}'
    assert pretty({"a": short, "b": long}).splitlines()[1] == ' "a": {"Ref": "Environment"},'
