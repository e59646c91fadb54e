"""Loading a process: what is wrong with an addon is told, all of it, and the others start.

Each folder in fake_addons/broken has one thing wrong, or several. They are loaded together
with the good ones, which must not notice.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sqlalchemy.orm import configure_mappers

from core.addons import graph
from core.addons.catalog import Catalog
from core.addons.discovery import AddonFolder, discover
from core.addons.loading import CatalogError, load
from core.addons.manifest import ManifestError, read
from core.db.base import Model
from tenants.composition import CONTROL_PLANE, SHIPPED
from tests.addons.stage import FAKES, folder_of, load_groups

GOOD = ["core", "garden", "kitchen", "market", "tenants"]


@pytest.fixture(scope="module")
def mixed() -> Catalog:
    """The good and the broken in one process."""
    return load_groups("good", "broken")


def reason(catalog: Catalog, name: str) -> str:
    return "; ".join(refused.reason for refused in catalog.refused if refused.name == name)


def test_the_good_ones_start_whatever_the_others_do(mixed: Catalog) -> None:
    assert sorted(mixed.addons) == GOOD
    assert next(iter(mixed.addons)) == "core"
    assert list(mixed.addons).index("garden") < list(mixed.addons).index("kitchen")
    left_out = {path.name for path in (FAKES / "broken").iterdir() if path.is_dir()}
    assert {refused.name for refused in mixed.refused} == left_out - {"__pycache__"}


@pytest.mark.parametrize(
    ("addon", "why"),
    [
        ("typo", "depend: no such key; did you mean depends?"),
        ("circle_a", "circular dependency: circle_a -> circle_b -> circle_c -> circle_a"),
        ("circle_c", "circular dependency: circle_c -> circle_a -> circle_b -> circle_c"),
        ("outside_circle", "outside_circle needs circle_a (refused)"),
        ("lonely", "lonely needs atlantis (not installed), typo (refused)"),
        ("from_the_future", "from_the_future needs core >=7, this is 1.0.0"),
        ("raises_at_import", "RuntimeError: boom at import"),
        ("leaves_at_import", "SystemExit: 3"),
        ("needs_broken", "needs_broken needs raises_at_import (refused)"),
        ("raises_in_hook", "ValueError: no permissions today"),
        ("misspelt_hook", "there is no hook called register_permission; did you mean"),
        ("wrong_argument", "Argument(s) {'tenant'} are declared in the hookimpl"),
        ("no_list", "register_permissions must return a list, not Permission("),
        ("bad_mapper", "NoSuchParent"),
        ("bad_reaction", "reactions/core.py: RuntimeError: boom in reactions"),
        ("a_needs_bad_reaction", "a_needs_bad_reaction needs bad_reaction (refused)"),
        ("extends_badly", "reactions/core.py: EXTENSIONS must hold extensions, not 'a stall'"),
        ("reacts_elsewhere", "reacts_elsewhere.Moved belongs into reactions/reacts_elsewhere.py"),
    ],
)
def test_the_reason_names_what_is_wrong(mixed: Catalog, addon: str, why: str) -> None:
    assert why in reason(mixed, addon)


@pytest.mark.parametrize(
    "mistake",
    [
        "table elsewhere.misplaced is outside the addon's schema 'many_mistakes'",
        "elsewhere.misplaced refers to stranger.plant.id; name stranger in depends",
        "elsewhere.misplaced: runtime rights ['TRUNCATE'] are no data rights",
        "elsewhere.misplaced: audit is one of all, changes, none",
        "it has tables, but no migration in migrations/versions",
        "permission 'garden.plant.read' must begin with 'many_mistakes.'",
        "permission 'garden.plant.read' is declared 2 times",
        "job 'job_without_prefix' must begin with 'many_mistakes.'",
        "menu 'Nowhere' asks for the permission 'many_mistakes.never.declared'",
        "role 'many_mistakes.boss' grants 'who.knows.what'",
        "options Loose must be a frozen dataclass",
        "option Loose.size needs a default",
        "event Changeable must be a frozen dataclass",
        "event 'garden.Changeable' must begin with 'many_mistakes.'",
        "NoProtocol is no Protocol",
    ],
)
def test_all_mistakes_of_an_addon_are_named_at_once(mixed: Catalog, mistake: str) -> None:
    assert mistake in reason(mixed, "many_mistakes")


def test_a_refused_addon_leaves_nothing_in_the_process(mixed: Catalog) -> None:
    configure_mappers()
    for schema in ("bad_mapper", "elsewhere"):
        assert not [table for table in Model.metadata.tables.values() if table.schema == schema]
    assert not [name for name in sys.modules if name.startswith("tests.fake_addons.broken.bad_")]
    assert not mixed.hooks.has_plugin("many_mistakes")


def test_a_strict_start_refuses_and_lists_every_problem() -> None:
    with pytest.raises(CatalogError) as refusal:
        load(discover([folder_of("broken")], installed=False), strict=True)
    for name in ("typo", "circle_a", "circle_b", "circle_c", "lonely", "raises_at_import"):
        assert f"- {name}: " in str(refusal.value)


def test_nothing_starts_without_a_part_of_the_platform_itself() -> None:
    found = discover(platform=[FAKES / "broken" / "no_list"], installed=False)
    with pytest.raises(CatalogError, match="no_list, a part of the platform itself, cannot be"):
        load(found)


def test_a_manifest_with_many_mistakes_names_each(tmp_path) -> None:
    path = tmp_path / "addon.toml"
    path.write_text(
        'name = "Bad Name"\ntitle = ""\nversion = "one"\ncore = "yes"\nlicense = "free"\n'
        'depends = ["sales", "sales"]\n'
    )
    with pytest.raises(ManifestError) as refusal:
        read(path)
    for part in (
        "name: ",
        "title: ",
        "summary: Field required",
        "version: 'one' is not a version such as 1.4.0",
        "core: 'yes' is not a version range such as >=1,<2",
        "license: no such key; did you mean licence?",
    ):
        assert part in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("name = ", "not valid TOML"),
        (b"\xff\xfe", "cannot be read"),
        ('name = "pg_garden"', "does not begin with pg_"),
    ],
)
def test_a_manifest_that_cannot_be_read_says_why(tmp_path, content: str | bytes, why: str) -> None:
    path = tmp_path / "addon.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ManifestError, match=why):
        read(path)


def test_a_folder_bears_its_addons_name_which_is_not_a_reserved_one(tmp_path) -> None:
    manifest = (FAKES / "good" / "market" / "addon.toml").read_text()
    for folder, name in (("bazaar", "market"), ("login", "login")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "addon.toml").write_text(manifest.replace('"market"', f'"{name}"'))

    found = discover([AddonFolder(tmp_path)], installed=False)

    reasons = {refused.name: refused.reason for refused in found.refused}
    assert "the folder must bear the addon's name, 'market'" in reasons["bazaar"]
    assert "name: 'login' is reserved" in reasons["login"]


def test_the_first_of_two_addons_with_one_name_wins(tmp_path) -> None:
    manifest = (FAKES / "good" / "market" / "addon.toml").read_text()
    for place in ("a", "b"):
        (tmp_path / place / "market").mkdir(parents=True)
        (tmp_path / place / "market" / "addon.toml").write_text(manifest)

    found = discover([AddonFolder(tmp_path / "a"), AddonFolder(tmp_path / "b")], installed=False)

    assert [addon.folder.parent.name for addon in found.found if addon.name == "market"] == ["a"]
    assert "already at" in found.refused[0].reason


def test_a_publisher_that_is_not_there_is_not_imported() -> None:
    catalog = load_groups("good")
    assert "market" in catalog.addons
    assert "tests.fake_addons.good.market.reactions.nowhere" not in sys.modules


def test_manifests_are_read_without_importing_anything(tmp_path) -> None:
    (tmp_path / "unseen_addon").mkdir()
    (tmp_path / "unseen_addon" / "__init__.py").write_text("raise RuntimeError('was imported')")
    manifest = (FAKES / "good" / "market" / "addon.toml").read_text()
    (tmp_path / "unseen_addon" / "addon.toml").write_text(
        manifest.replace('"market"', '"unseen_addon"')
    )
    found = discover([AddonFolder(tmp_path)], installed=False)
    assert "unseen_addon" in {addon.name for addon in found.found}


def test_a_dependency_has_a_range_beside_its_name_and_the_reason_names_both(tmp_path) -> None:
    for name, version, depends in (("base_one", "1.4", ""), ("wants_two", "1", "base_one >=2,<3")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "addon.toml").write_text(
            f'name = "{name}"\ntitle = "T"\nsummary = "S"\nversion = "{version}"\n'
            f'core = ">=1"\ndepends = [{depends and repr(depends)}]\n'
        )
    discovery = discover([AddonFolder(tmp_path)], platform=[CONTROL_PLANE], installed=False)
    wants_two = next(found for found in discovery.found if found.name == "wants_two")
    assert wants_two.manifest.depends == ("base_one",)
    reasons = {r.name: r.reason for r in graph.plan(discovery, core_version="1.0").refused}
    assert reasons == {"wants_two": "wants_two needs base_one <3,>=2, this is 1.4"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('depends = ["base one"]', "is not a name, or a name and a range"),
        ('depends = ["base @ https://example.com/a.whl"]', "may hold a name and a range"),
        ("ranges = { base = '>=1' }", "write the range beside the name, under depends"),
        ('screenshots = ["../secret.png"]', "must be a path inside the addon"),
        ('homepage = "http://example.com"', "homepage"),
        ('needs = ["everything"]', "needs"),
    ],
)
def test_what_cannot_stand_in_a_manifest_is_named(tmp_path, line: str, why: str) -> None:
    path = tmp_path / "addon.toml"
    path.write_text(f'name = "aa"\ntitle = "T"\nsummary = "S"\nversion = "1"\ncore = ">=1"\n{line}')
    with pytest.raises(ManifestError, match=why):
        read(path)


def test_of_what_ships_only_that_is_kept_which_guests_depend_on_or_react_to(
    tmp_path: Path,
) -> None:
    (tmp_path / "guest").mkdir()
    (tmp_path / "guest" / "addon.toml").write_text(
        'name = "guest"\ntitle = "Guest"\nsummary = "It came later."\nversion = "1.0"\n'
        'core = ">=1,<2"\ndepends = ["vat"]\nreacts_to = ["contacts"]\n'
    )
    folders = [SHIPPED, AddonFolder(tmp_path)]
    discovery = discover(folders, platform=[CONTROL_PLANE], installed=False)
    kept = {each.name: each.manifest for each in graph.around_guests(discovery).found}
    assert {"core", "tenants", "guest", "vat", "accounting", "contacts"} <= kept.keys()
    assert "pos" not in kept
    assert all(kept.keys() >= set(manifest.depends) for manifest in kept.values())
