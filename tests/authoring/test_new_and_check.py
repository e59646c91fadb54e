"""An author makes an addon, breaks it in every way there is, and is told each time what is wrong.

The faults stand in faults.py. Those that can be loaded share one process and one server; each is
looked at by every check that needs no database, and by the one that must see it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.config import Config
from core.kernel import Kernel
from tenants.authoring.checking import run_all, run_one
from tenants.authoring.checks import ALL
from tenants.authoring.creating import create_addon
from tenants.authoring.finding import Finding, subject_of
from tenants.authoring.tier import tier_of
from tenants.composition import kernel_on, load_catalog
from tenants.control import Cluster
from tests.authoring.conftest import Command
from tests.authoring.faults import LOADED, REFUSED, Fault

FRESH = "water_meter"
NEEDS_A_DATABASE = {"migrations", "invariants", "life"}


@pytest.fixture(scope="module")
def kernel_with_all(workshop: Path, config: Config, cluster: Cluster) -> Iterator[Kernel]:
    """A kernel with a fresh addon and those that load although something is wrong with them."""
    create_addon(FRESH, workshop)
    for fault in LOADED:
        fault.plant(workshop)
    settings = replace(config, addon_path=workshop)
    with kernel_on(settings, cluster, load_catalog(settings, strict=True)) as kernel:
        yield kernel


def test_a_new_addon_passes_every_check(kernel_with_all: Kernel) -> None:
    subject = subject_of(kernel_with_all, FRESH)
    assert subject.addon.manifest.title == "Water meter"
    assert list(run_all(subject)) == []


def test_the_tier_rises_with_what_the_author_cares_for(kernel_with_all: Kernel) -> None:
    subject = subject_of(kernel_with_all, FRESH)
    tests, readme = subject.addon.folder / "tests", subject.addon.folder / "README.md"
    warning = Finding("files", "Could be better.", severity="warning")
    assert tier_of(subject, [replace(warning, severity="error")]) == "none"
    assert tier_of(subject, [warning]) == "bronze"

    (tests / "test_tasks.py").write_text("def test_nothing() -> None:\n    assert False\n")
    assert tier_of(subject, []) == "gold"
    (tests / "test_tasks.py").write_text("def test_nothing() -> None:\n    assert True\n")
    assert tier_of(subject, []) == "platinum"

    api = subject.addon.folder / "api.py"
    api.write_text(f"{api.read_text()}\n\ndef unexplained() -> None: ...\n")
    assert tier_of(subject, []) == "silver"
    readme.unlink()
    assert tier_of(subject, []) == "bronze"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Shop", "'Shop' cannot be an addon's name. Use 2 to 31 lower-case letters"),
        ("s", "cannot be an addon's name"),
        ("two-words", "cannot be an addon's name"),
        ("class", "cannot be an addon's name"),
        ("pg_shop", "cannot be an addon's name"),
        ("login", "'login' is taken by the platform. Choose another name."),
        ("accounting", "'accounting' is taken by the platform"),
        ("json", "'json' is a Python module that is here already"),
        ("psycopg", "'psycopg' is a Python module that is here already"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused_with_the_way_out(
    aorabooks: Command, tmp_path: Path, name: str, sentence: str
) -> None:
    said = aorabooks("addon", "new", name, "--path", str(tmp_path))
    assert said.status == 2
    assert sentence in said.err
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_made_and_how_to_go_on(aorabooks: Command, tmp_path: Path) -> None:
    made = aorabooks("addon", "new", "shop", "--path", str(tmp_path / "new" / "folder"), "--json")
    folder = tmp_path / "new" / "folder" / "shop"
    assert (made.status, made.json) == (0, {"name": "shop", "folder": str(folder)})
    assert 'title = "Shop"' in (folder / "addon.toml").read_text()
    again = aorabooks("addon", "new", "stall", "--path", str(tmp_path))
    assert f"Check it with: aorabooks addon check {tmp_path / 'stall'}" in again.err


def test_a_folder_that_is_there_is_left_alone(aorabooks: Command, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "mine.txt").write_text("dear to me")
    said = aorabooks("addon", "new", "shop", "--path", str(tmp_path))
    assert said.status == 1
    assert "shop exists already. Choose another name or another folder." in said.err
    assert [path.name for path in (tmp_path / "shop").iterdir()] == ["mine.txt"]


def test_a_folder_without_an_addon_cannot_be_checked(aorabooks: Command, tmp_path: Path) -> None:
    said = aorabooks("addon", "check", str(tmp_path))
    assert said.status == 2
    assert "holds no addon.toml. Name an addon's folder." in said.err


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: fault.name)
def test_what_keeps_an_addon_from_being_loaded_is_named(
    aorabooks: Command, workshop: Path, fault: Fault
) -> None:
    addon = fault.plant(workshop / f"with_{fault.name}")
    said = aorabooks("addon", "check", str(addon), "--json")
    assert said.status == 1
    assert said.json["tier"] == "none"
    [finding] = said.json["findings"]
    assert finding["check"] == fault.check
    assert fault.sentence in finding["message"]


@pytest.mark.parametrize("fault", LOADED, ids=lambda fault: fault.name)
def test_what_is_wrong_is_named_by_its_check_and_by_no_other(
    kernel_with_all: Kernel, fault: Fault
) -> None:
    subject = subject_of(kernel_with_all, fault.name)
    asked = [c for c in ALL if c.name == fault.check or c.name not in NEEDS_A_DATABASE]
    findings = [finding for check in asked for finding in run_one(check, subject)]
    assert {finding.check for finding in findings} == {fault.check}
    assert any(fault.sentence in finding.message for finding in findings)


def test_the_table_of_findings_says_where_to_look(aorabooks: Command, workshop: Path) -> None:
    [fault] = [fault for fault in REFUSED if fault.name == "unknown_key"]
    addon = fault.plant(workshop / "shown")
    said = aorabooks("addon", "check", str(addon))
    shutil.rmtree(addon)
    assert said.status == 1
    assert "addon.toml" in said.out
    assert "unknown_key: none" in said.err
