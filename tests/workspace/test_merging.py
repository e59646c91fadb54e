"""Two people change one document at once: nothing that only one of them changed is lost.

Stated over documents and changes that Hypothesis makes up: fields set, lines changed, added and
removed, on either side.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.web.documents.merging import Line, Merge, Place, Snapshot, merge

VALUES = st.integers(0, 3)
FIELDS = st.fixed_dictionaries({"date": VALUES, "remark": VALUES, "customer": VALUES})
LINE_VALUES = st.fixed_dictionaries({"product": VALUES, "quantity": VALUES})


@st.composite
def changed(draw: st.DrawFn, base: Snapshot) -> Snapshot:
    """What somebody made of the document."""
    fields = {name: draw(st.one_of(st.just(value), VALUES)) for name, value in base.fields.items()}
    lines = []
    for line in base.lines["lines"]:
        fate = draw(st.sampled_from(["same", "changed", "removed"]))
        if fate == "changed":
            lines.append(Line(line.key, draw(LINE_VALUES)))
        elif fate == "same":
            lines.append(line)
    added = draw(st.lists(LINE_VALUES, max_size=2))
    lines += [Line("", values, row=f"new{place}") for place, values in enumerate(added)]
    return Snapshot(fields, {"lines": tuple(lines)})


@st.composite
def histories(draw: st.DrawFn) -> tuple[Snapshot, Snapshot, Snapshot]:
    """A document, and what two people made of it; what the second added has keys already."""
    values = draw(st.lists(LINE_VALUES, max_size=4))
    lines = tuple(Line(str(place), item) for place, item in enumerate(values))
    base = Snapshot(draw(FIELDS), {"lines": lines})
    mine, theirs = draw(changed(base)), draw(changed(base))
    return base, mine, _saved(theirs, "t")


def _saved(snapshot: Snapshot, prefix: str) -> Snapshot:
    lines = tuple(
        Line(line.key or f"{prefix}{line.row}", line.values) for line in snapshot.lines["lines"]
    )
    return Snapshot(snapshot.fields, {"lines": lines})


def _contents(snapshot: Snapshot) -> tuple[Any, Any]:
    """Fields and lines, whatever order the lines are in and whatever new ones are called."""
    lines = sorted(sorted(line.values.items()) for line in snapshot.lines["lines"])
    return dict(snapshot.fields), lines


def _by_key(snapshot: Snapshot) -> dict[str, Line]:
    return {line.key: line for line in snapshot.lines["lines"]}


def _contested(merged: Merge) -> set[Place]:
    return {conflict.place for conflict in merged.conflicts}


@settings(max_examples=150, deadline=None)
@given(histories())
def test_a_change_that_only_one_side_made_is_never_lost(
    history: tuple[Snapshot, Snapshot, Snapshot],
) -> None:
    base, mine, theirs = history
    outcome = merge(base, mine, theirs)
    contested = _contested(outcome)
    for name, was in base.fields.items():
        if Place(name) not in contested:
            wanted = mine.fields[name] if mine.fields[name] != was else theirs.fields[name]
            assert outcome.merged.fields[name] == wanted
    before, my, their = _by_key(base), _by_key(mine), _by_key(theirs)
    merged = _by_key(outcome.merged)
    for key, line in before.items():
        if Place("", "lines", key) in contested:
            continue
        if key not in my or key not in their:
            assert key not in merged
            continue
        for name, was in line.values.items():
            if Place(name, "lines", key) not in contested:
                own, other = my[key].values[name], their[key].values[name]
                assert merged[key].values[name] == (own if own != was else other)
    for line in theirs.lines["lines"]:
        if line.key not in before:
            assert merged[line.key].values == line.values
    rows = {line.row: line.values for line in outcome.merged.lines["lines"] if line.row}
    for line in mine.lines["lines"]:
        if not line.key:
            assert rows[line.row] == line.values


@settings(max_examples=150, deadline=None)
@given(histories())
def test_without_a_conflict_it_is_the_same_whoever_came_first(
    history: tuple[Snapshot, Snapshot, Snapshot],
) -> None:
    base, mine, theirs = history
    one = merge(base, mine, theirs)
    other = merge(base, _unsaved(theirs, base), _saved(mine, "m"))
    assert len(one.conflicts) == len(other.conflicts)
    if not one.conflicts:
        assert _contents(one.merged) == _contents(other.merged)


def _unsaved(snapshot: Snapshot, base: Snapshot) -> Snapshot:
    """The same change, as its own author sends it."""
    known = set(_by_key(base))
    lines = tuple(
        line if line.key in known else Line("", line.values, row=line.key)
        for line in snapshot.lines["lines"]
    )
    return Snapshot(snapshot.fields, {"lines": lines})


@settings(max_examples=50, deadline=None)
@given(histories())
def test_who_changed_nothing_gets_what_the_other_saved(
    history: tuple[Snapshot, Snapshot, Snapshot],
) -> None:
    base, _, theirs = history
    outcome = merge(base, base, theirs)
    assert outcome.conflicts == ()
    assert outcome.merged == theirs


def test_lines_added_by_both_stand_where_each_put_them() -> None:
    first, second = Line("1", {"product": 1}), Line("2", {"product": 2})
    base = Snapshot({}, {"lines": (first, second)})
    mine = Snapshot({}, {"lines": (first, Line("", {"product": 8}, row="n"), second)})
    theirs = Snapshot({}, {"lines": (first, second, Line("9", {"product": 9}))})
    merged = merge(base, mine, theirs).merged.lines["lines"]
    assert [line.values["product"] for line in merged] == [1, 8, 2, 9]


def test_an_order_that_one_side_changed_is_kept() -> None:
    first, second = Line("1", {"product": 1}), Line("2", {"product": 2})
    base = Snapshot({}, {"lines": (first, second)})
    moved = Snapshot({}, {"lines": (second, first)})
    grown = Snapshot({}, {"lines": (first, second, Line("9", {"product": 9}))})
    merged = merge(base, moved, grown).merged.lines["lines"]
    assert [line.values["product"] for line in merged] == [2, 9, 1]
    merged = merge(base, base, moved).merged.lines["lines"]
    assert [line.values["product"] for line in merged] == [2, 1]


def test_a_line_removed_by_one_and_changed_by_the_other_is_for_a_person_to_decide() -> None:
    line = Line("1", {"quantity": 1})
    base = Snapshot({}, {"lines": (line,)})
    removed = Snapshot({}, {"lines": ()})
    changed = Snapshot({}, {"lines": (Line("1", {"quantity": 5}),)})
    (conflict,) = merge(base, removed, changed).conflicts
    assert (conflict.mine, conflict.theirs) == (None, {"quantity": 5})
    (conflict,) = merge(base, changed, removed).conflicts
    assert (conflict.mine, conflict.theirs) == ({"quantity": 5}, None)
