"""Which versions are chosen, and what is said where none fit together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon_registry.repository.conflicts import CannotResolve
from addon_registry.repository.grants import GrantedKey, Publisher
from addon_registry.repository.index import Index
from addon_registry.repository.resolving import Plan, resolve, updates
from core.addons.manifest import Manifest
from core.errors import InvalidInput

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FILE = {"path": "packages/x", "size": 1000, "sha256": "0" * 64}
OWN = Publisher("Corkwood", (GrantedKey("a", "00"),), ("*",))
GONE = Publisher("Gone", (GrantedKey("b", "00", NOW, "it was stolen"),), ("gone",))
SHIPPED = {"accounting": "1.4.0"}


def record(name: str, version: str, depends: Iterable[str] = (), **said: Any) -> dict[str, Any]:
    manifest = {"name": name, "title": name, "summary": name, "version": version}
    manifest |= {"core": said.pop("core", ">=1,<2"), "depends": list(depends)}
    files = {"wheel": FILE, "signature": FILE}
    own = {"version": version, "manifest": manifest, "key_id": "a", "published_at": str(NOW)}
    return own | files | said


def index_of(*records: dict[str, Any]) -> Index:
    by_name: dict[str, list[dict[str, Any]]] = {}
    for each in records:
        by_name.setdefault(each["manifest"]["name"], []).append(each)
    return Index(1, NOW, NOW, (OWN, GONE), by_name)


def manifest(name: str, version: str, *depends: str) -> Manifest:
    return Manifest.model_validate(record(name, version, depends)["manifest"])


def planned(
    index: Index, wanted: Mapping[str, str], *installed: Manifest, core: str = "1.5.0"
) -> Plan:
    have = {each.name: each for each in installed}
    return resolve(index, wanted, installed=have, core_version=core, shipped=SHIPPED)


def said(plan: Plan) -> list[str]:
    return [f"{step.action} {step.name} {step.version}" for step in plan.steps]


def why_not(index: Index, wanted: Mapping[str, str], *installed: Manifest) -> str:
    with pytest.raises(CannotResolve) as caught:
        planned(index, wanted, *installed)
    assert caught.value.fix
    return caught.value.message


def test_the_newest_version_that_runs_here_is_chosen() -> None:
    index = index_of(
        record("board", "1.0"),
        record("board", "1.10"),
        record("board", "1.9"),
        record("board", "1.11rc1"),
        record("board", "2.0", core=">=2"),
    )
    assert said(planned(index, {"board": ""})) == ["install board 1.10"]
    assert said(planned(index, {"board": "<1.10"})) == ["install board 1.9"]
    assert said(planned(index, {"board": "==1.11rc1"})) == ["install board 1.11rc1"]
    assert said(planned(index, {"board": ""}, core="2.1")) == ["install board 2.0"]
    newest = index.newest("board", "1.5.0")
    assert newest is not None
    assert newest.version == "1.10"
    [update] = updates(index, installed={"board": manifest("board", "1.9")}, core_version="1.5.0")
    assert update == "board"


def test_what_is_needed_comes_first_and_says_who_needs_it() -> None:
    index = index_of(
        record("desk", "1.0", ["board >=1.2", "accounting >=1.2,<2"]),
        record("board", "1.1"),
        record("board", "1.3", ["paper"]),
        record("paper", "0.1"),
    )
    plan = planned(index, {"desk": ""})
    assert said(plan) == ["install paper 0.1", "install board 1.3", "install desk 1.0"]
    assert [step.needed_by for step in plan.steps] == [("board",), ("desk",), ()]
    assert plan.size == 3000


def test_what_is_installed_stays_unless_something_needs_another() -> None:
    index = index_of(
        record("board", "1.0"),
        record("board", "1.1"),
        record("board", "1.2"),
        record("other", "1.0"),
        record("other", "2.0"),
        record("desk", "1.0", ["board >=1.1,<1.2"]),
    )
    have = (manifest("board", "1.0"), manifest("other", "1.0"))
    plan = planned(index, {"desk": ""}, *have)
    assert sorted(said(plan)) == ["install desk 1.0", "keep other 1.0", "upgrade board 1.1"]
    assert {step.name: step.before for step in plan.changes} == {"board": "1.0", "desk": None}
    again = planned(index, {"board": ""}, manifest("board", "1.2"))
    assert said(again) == ["keep board 1.2"]
    assert again.changes == ()
    down = planned(index, {"board": "==1.0"}, manifest("board", "1.2"))
    assert said(down) == ["downgrade board 1.0"]


def test_an_upgrade_that_another_cannot_follow_is_refused() -> None:
    index = index_of(record("board", "2.0"), record("desk", "1.0", ["board <2"]))
    have = (manifest("board", "1.0"), manifest("desk", "1.0", "board <2"))
    message = why_not(index, {"board": "==2.0"}, *have)
    assert "board ==2.0 is asked for." in message
    assert "desk 1.0 needs board <2." in message
    # Without a version it is not forced: the newest that fits is the one that is there.
    assert said(planned(index, {"board": ""}, *have)) == ["keep board 1.0", "keep desk 1.0"]


def test_each_reason_is_named() -> None:
    index = index_of(
        record("desk", "1.0", ["board ==1.1"]),
        record("board", "1.0"),
        record("board", "1.1", yanked="It loses notices"),
        record("gone", "1.0", key_id="b"),
        record("late", "1.0", core=">=2"),
        record("early", "1.0rc1"),
        record("far", "1.0", ["nowhere >=1"]),
        record("books", "1.0", ["accounting >=2"]),
        record("sinks", "1.0", ["board <0.5"]),
    )
    assert "desk 1.0 needs board ==1.1." in why_not(index, {"desk": ""})
    assert "board 1.1 was withdrawn: It loses notices." in why_not(index, {"desk": ""})
    assert "gone 1.0 was revoked: it was stolen." in why_not(index, {"gone": ""})
    assert "late 1.0 needs core >=2, and this is 1.5.0." in why_not(index, {"late": ""})
    assert "early 1.0rc1 is a pre-release" in why_not(index, {"early": ""})
    assert "nowhere is not in the registry." in why_not(index, {"far": ""})
    assert "accounting 1.4.0 comes with the platform" in why_not(index, {"books": ""})
    assert "No version of board fits; there are 1.1, 1.0." in why_not(index, {"sinks": ""})
    have = manifest("board", "1.2")
    assert "board 1.0 is older than 1.2, which is installed" in why_not(
        index_of(record("low", "1.0", ["board <1.1"]), record("board", "1.0")), {"low": ""}, have
    )
    with pytest.raises(InvalidInput, match="no range of versions"):
        planned(index, {"board": "newest"})


def test_whoever_has_a_yanked_version_keeps_it_and_can_depend_on_it() -> None:
    index = index_of(
        record("board", "1.1", yanked="It loses notices"), record("desk", "1.0", ["board"])
    )
    plan = planned(index, {"desk": ""}, manifest("board", "1.1"))
    assert said(plan) == ["keep board 1.1", "install desk 1.0"]


def test_two_that_depend_on_each_other_are_not_installed() -> None:
    index = index_of(record("chicken", "1.0", ["egg"]), record("egg", "1.0", ["chicken"]))
    assert "chicken, egg depend on each other." in why_not(index, {"egg": ""})


def test_what_cannot_be_read_here_does_not_hide_the_rest() -> None:
    unknown = record("board", "2.0")
    unknown["manifest"]["made_for"] = "a platform of the future"
    strange = record("board", "3.0") | {"version": "4.0"}
    index = index_of(record("board", "1.0"), unknown, strange)
    assert said(planned(index, {"board": ""})) == ["install board 1.0"]
    assert index.unreadable() == (("board", "4.0"), ("board", "2.0"))


versions = st.sampled_from(["1.0", "1.1", "2.0"])
ranges = st.sampled_from(["", ">=1.1", "<2", "==1.0", ">=2"])
names = st.sampled_from(["a", "b", "c"]).map(lambda letter: letter * 2)


@st.composite
def registries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few releases of three addons, each of which may depend on those after it."""
    keys = draw(st.sets(st.tuples(names, versions), min_size=1, max_size=6))
    found = []
    for name, version in sorted(keys):
        others = draw(st.dictionaries(names, ranges))
        needs = [f"{other} {each}".strip() for other, each in others.items() if other > name]
        found.append(record(name, version, needs))
    return found


@settings(max_examples=40, deadline=None)
@given(releases=registries(), wanted=st.dictionaries(names, ranges, min_size=1, max_size=2))
def test_a_plan_fits_and_is_found_wherever_there_is_one(
    releases: list[dict[str, Any]], wanted: dict[str, str]
) -> None:
    """Compared with trying every choice of versions there is."""
    index = index_of(*releases)
    try:
        plan = planned(index, wanted)
    except CannotResolve:
        assert not any(fits(chosen, wanted) for chosen in choices(index))
    else:
        assert fits({step.name: step.manifest for step in plan.steps}, wanted)


def choices(index: Index) -> Iterable[dict[str, Manifest]]:
    options = [[None, *index.releases(name)] for name in index.names]
    for chosen in product(*options):
        yield {release.name: release.manifest for release in chosen if release is not None}


def fits(chosen: Mapping[str, Manifest], wanted: Mapping[str, str]) -> bool:
    asked = [
        Manifest.model_validate(record("zz", "1", [f"{n} {r}".strip()])["manifest"])
        for n, r in wanted.items()
    ]
    return all(
        name in chosen and each.accepts(name, chosen[name].version)
        for each in (*chosen.values(), *asked)
        for name in each.depends
    )
