"""Nobody publishes an addon that is taken for another one, by its name or by its title."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon_registry.audit.auditing import audit
from addon_registry.audit.imitation import MIN_FOR_TYPOS, alike, skeleton
from addon_registry.package.building import build
from tests.addon_registry.packing import TOML, small_addon

NAMES = st.from_regex(r"[a-z][a-z0-9_]{5,20}", fullmatch=True)


def _imitated(tmp_path: Path, known: dict[str, str], title: str = "Parcel") -> list[str]:
    toml = TOML.replace('title = "Parcel"', f'title = "{title}"')
    addon = small_addon(tmp_path, {"addon.toml": toml})
    return [each.message for each in audit(addon, known).findings if each.rule == "imitation"]


@pytest.mark.parametrize(
    "other",
    ["parce1", "parsel", "parcels", "parcell", "pacrel", "parcelx", "par_cel", "paroel", "parccl"],
)
def test_a_name_that_looks_or_reads_alike_is_refused(tmp_path: Path, other: str) -> None:
    [message] = _imitated(tmp_path, {other: "Something"})
    assert message == f"The name parcel imitates {other}."


@pytest.mark.parametrize("other", ["postal", "carpet", "parcel", "parsnips", "package"])
def test_another_name_is_fine_and_so_is_its_own(tmp_path: Path, other: str) -> None:
    assert _imitated(tmp_path, {other: "Something"}) == []


@pytest.mark.parametrize("name", ["json", "sqlalchemy", "httpx"])
def test_an_addon_cannot_stand_in_for_a_python_package(tmp_path: Path, name: str) -> None:
    addon = small_addon(tmp_path, {"addon.toml": TOML.replace('"parcel"', f'"{name}"')})
    found = audit(addon.rename(tmp_path / name), {}).findings
    assert [each.message for each in found] == [f"{name} is a Python package that is here already."]


@pytest.mark.parametrize(("first", "second"), [("sales", "scales"), ("crm", "crn"), ("hr", "hrm")])
def test_short_names_may_be_close_by_chance(first: str, second: str) -> None:
    assert not alike(first, second)


@pytest.mark.parametrize(
    "title", ["Раrcel", "Pаrcеl", "PARCEL", "Parcél", "Par cel", "Ρarcel", "Parce1"]
)
def test_a_title_that_looks_like_another_addons_is_refused(tmp_path: Path, title: str) -> None:
    messages = _imitated(tmp_path, {"letters": "Parcel"}, title)
    assert f"The title {title} imitates Parcel." in messages


def test_letters_of_two_scripts_in_one_word_are_refused(tmp_path: Path) -> None:
    [message] = _imitated(tmp_path, {}, "Соntracts for farms")
    assert "two scripts in one word: Соntracts" in message


@pytest.mark.parametrize("title", ["محاسبة المشتريات", "হিসাব", "Расчёт зарплаты", "CRM для школ"])
def test_titles_of_any_language_are_fine(tmp_path: Path, title: str) -> None:
    assert _imitated(tmp_path, {"letters": "Letters"}, title) == []


def test_an_imitation_is_found_in_the_wheel_as_well(tmp_path: Path) -> None:
    wheel = build(small_addon(tmp_path), tmp_path / "dist").path
    assert not audit(wheel, {"parce1": "Parcels"}).passed


@settings(max_examples=60)
@given(NAMES)
def test_a_name_looks_like_itself(name: str) -> None:
    assert skeleton(name) == skeleton(name.upper())
    assert alike(name, name)


@settings(max_examples=100)
@given(NAMES, NAMES)
def test_to_be_alike_goes_both_ways(first: str, second: str) -> None:
    assert alike(first, second) == alike(second, first)


@settings(max_examples=100)
@given(NAMES, st.data())
def test_one_slip_of_the_finger_is_always_noticed(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    slips = [
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
        name[:place] + name[place + 1 : place + 2] + name[place : place + 1] + name[place + 2 :],
    ]
    assert len(name) >= MIN_FOR_TYPOS
    assert all(alike(name, slip) for slip in slips)
