"""Python packages of others come with the addon that needs them: from its locked list alone, by
their digests, into a folder of its own, which goes with it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from addon_registry.deployment import active, dependencies, store
from addon_registry.deployment import layout as layouts
from addon_registry.deployment.changing import Fetched
from addon_registry.errors import UntrustedPackage
from core.config import Config
from core.errors import Conflict, Unavailable
from tenants.composition import load_catalog
from tests.addon_registry.installing import Deployment
from tests.addon_registry.keeper import keep
from tests.addon_registry.package_index import PackageIndex, package_index

GLUE = 'HOLDS = "glue {}"\n'
PASTE = 'from gluepot import HOLDS\n\nSTICKS = f"paste with {HOLDS}"\n'
USES_PASTE = '"""The table of contents."""\n\nfrom pastepot import STICKS\n\nSAID = STICKS\n'


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(layouts.of(tmp_path / "var"), keep(tmp_path))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """The index that this machine's pip and uv ask, and nobody's cache."""
    with package_index(tmp_path / "index") as index:
        for name, value in index.settings(tmp_path / "cache").items():
            monkeypatch.setenv(name, value)
        yield index


@pytest.fixture(autouse=True)
def own_modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is installed here is found by nobody afterwards."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    yield
    for name in [each for each in sys.modules if each.partition(".")[0] in ("gluepot", "pastepot")]:
        del sys.modules[name]
    importlib.invalidate_caches()


def needing(deployment: Deployment, name: str, version: str, *locked: str) -> Fetched:
    """An addon whose list holds these lines, and which uses what they bring."""
    folder = deployment.keeper.source(name, version)
    (folder / "requirements.txt").write_text("".join(locked))
    if any(line.startswith("pastepot") for line in locked):
        (folder / "plugin.py").write_text(USES_PASTE)
    return deployment.package_from(folder)


def brought(deployment: Deployment, name: str) -> set[str]:
    """What lies in the folder of the active version's packages."""
    folder = store.deps_of(deployment.layout, active.read(deployment.layout).addons[name])
    return {path.name for path in folder.glob("*.py")}


def test_an_addon_works_with_what_its_list_names_until_it_is_removed(
    config: Config, deployment: Deployment, index: PackageIndex
) -> None:
    glue = index.offer("gluepot", "1.0", GLUE.format("1.0"))
    paste = index.offer("pastepot", "2.0", PASTE, needs=["gluepot>=1"])
    deployment.take(needing(deployment, "collage", "1.0", glue, paste))
    assert brought(deployment, "collage") == {"gluepot.py", "pastepot.py"}

    here = replace(config, var=deployment.layout.root.parent)
    catalog = load_catalog(here, around_guests=True)
    assert catalog.refused == ()
    assert catalog.addons["collage"].plugin.SAID == "paste with glue 1.0"
    assert "site-packages" not in str(sys.modules["gluepot"].__file__)

    deployment.take(to={})
    assert list(deployment.layout.store.rglob("gluepot.py")), "as long as one can go back"
    deployment.take(deployment.package("notes", "1.0"))
    assert list(deployment.layout.store.rglob("gluepot.py")) == []


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_package_with_another_digest_is_refused_and_nothing_is_half_installed(
    deployment: Deployment, index: PackageIndex, monkeypatch: pytest.MonkeyPatch, installer: str
) -> None:
    if installer == "pip":
        monkeypatch.setattr(dependencies, "_uv", lambda: None)
    deployment.take(deployment.package("collage", "1.0"))
    glue = index.offer("gluepot", "1.0", GLUE.format("1.0"))
    paste = index.offer("pastepot", "2.0", PASTE)
    index.offer("pastepot", "2.0", PASTE + "STICKS = 'to everything'\n")
    upgrade = needing(deployment, "collage", "1.1", glue, paste)
    with pytest.raises(UntrustedPackage, match="collage") as refused:
        deployment.take(upgrade)
    assert "pastepot" in refused.value.message
    assert "publisher" in refused.value.fix
    assert deployment.runs() == {"collage": "1.0"}
    assert deployment.stored() == {"collage 1.0"}
    assert list(deployment.layout.store.rglob("gluepot*")) == []

    index.offer("pastepot", "2.0", PASTE)
    deployment.take(upgrade)
    assert brought(deployment, "collage") == {"gluepot.py", "pastepot.py"}


def test_without_the_index_nothing_is_installed(
    deployment: Deployment, index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    glue = index.offer("gluepot", "1.0", GLUE.format("1.0"))
    (index.folder / "files" / "gluepot-1.0-py3-none-any.whl").unlink()
    with pytest.raises(Unavailable, match="could not be fetched") as refused:
        deployment.take(needing(deployment, "collage", "1.0", glue))
    assert "package index" in refused.value.fix
    assert deployment.stored() == set()


def test_two_addons_share_a_version_or_are_not_installed_together(
    deployment: Deployment, index: PackageIndex
) -> None:
    first = index.offer("gluepot", "1.0", GLUE.format("1.0"))
    second = index.offer("gluepot", "2.0", GLUE.format("2.0"))
    deployment.take(needing(deployment, "collage", "1.0", first))
    with pytest.raises(Conflict, match=r"gluepot 2\.0, but collage has 1\.0"):
        deployment.take(needing(deployment, "album", "1.0", second))
    assert deployment.runs() == {"collage": "1.0"}

    deployment.take(needing(deployment, "album", "0.9", first))
    assert brought(deployment, "album") == brought(deployment, "collage") == {"gluepot.py"}

    # One step that brings both to the next version clashes with nobody who stays.
    deployment.take(
        needing(deployment, "collage", "1.1", second), needing(deployment, "album", "1.0", second)
    )
    assert deployment.runs() == {"collage": "1.1", "album": "1.0"}
