"""The lines of the till's journal: what a cut of the power tears harms no other line."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pos.engine.conftest import Till

TEXTS = st.text('aZ0 \n\r"\\,شচ€\u2028😀', max_size=12)
LINES = st.lists(st.dictionaries(TEXTS, TEXTS | st.integers(0, 99), max_size=3), max_size=4)


@settings(max_examples=60, deadline=None)
@given(before=LINES, after=LINES, lost=st.integers(0, 300))
def test_a_torn_end_costs_what_was_torn_and_nothing_after_it(
    till: Till, before: list[Any], after: list[Any], lost: int
) -> None:
    found = till("tornLines", {"lines": before, "lost": lost}, {"lines": after, "lost": 0})
    kept = found[: len(found) - len(after)]
    assert found[len(kept) :] == after
    assert kept == before[: len(kept)]
    assert lost > 0 or kept == before


def test_a_line_whose_bytes_are_others_is_none(till: Till) -> None:
    whole = [{"seq": 1}, {"seq": 2}, {"seq": 3}]
    assert till("damagedLines", whole, 2) == [{"seq": 1}, {"seq": 3}]


def test_baskets_that_were_put_aside_outlast_the_lines_that_are_dropped(till: Till) -> None:
    old = {"sync_id": "A", "occurred_at": "2026-01-01"}
    lines = [
        {"operation": old, "status": "done", "values": {"head": 1}},
        {"held": {"umbrella": {"lines": [1]}, "hat": {"lines": [2]}}},
        {"held": {"hat": None}},
    ]
    needed = till("neededSince", "2026-02-01", lines)
    assert [line for line in needed if "operation" in line] == []
    for found in (till("told", lines), till("told", needed)):
        kept = {key: one for key, one in found["held"].items() if one}
        assert (kept, found["values"]) == ({"umbrella": {"lines": [1]}}, {"head": 1})
