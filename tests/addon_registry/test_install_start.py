"""At each start the installed addons are verified before Python may find them: what does not hold
is left out with its reason and never run, and safe mode leaves out all of them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from addon_registry.deployment import layout as layouts
from core.addons.catalog import Catalog
from core.config import Config
from core.errors import Conflict
from tenants.composition import load_catalog
from tests.addon_registry.installing import Deployment, code_file
from tests.addon_registry.keeper import keep


@pytest.fixture(autouse=True)
def own_search_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed here is found by nobody afterwards."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(layouts.of(tmp_path / "var"), keep(tmp_path))


def started(config: Config, deployment: Deployment, *, safe_mode: bool = False) -> Catalog:
    """What a process of this deployment has loaded."""
    var = deployment.layout.root.parent
    return load_catalog(replace(config, var=var, safe_mode=safe_mode))


def refusals(catalog: Catalog) -> dict[str, str]:
    return {each.name: each.reason for each in catalog.refused}


def test_what_was_installed_is_loaded_and_nothing_is_written_beside_it(
    config: Config, deployment: Deployment
) -> None:
    deployment.take(deployment.package("pinboard", "1.0"))
    catalog = started(config, deployment)
    assert catalog.addons["pinboard"].manifest.version == "1.0"
    assert refusals(catalog) == {}
    assert list(deployment.layout.store.rglob("__pycache__")) == []
    assert deployment.runs() == {"pinboard": "1.0"}


def test_what_was_changed_since_is_left_out_and_never_run(
    config: Config, deployment: Deployment, tmp_path: Path
) -> None:
    deployment.take(deployment.package("tampered", "1.0"), deployment.package("honest", "1.0"))
    trace = tmp_path / "it-ran"
    code_file(deployment, "tampered", "plugin.py").write_text(
        f"from pathlib import Path\nPath({str(trace)!r}).touch()\n"
    )
    catalog = started(config, deployment)
    assert "plugin.py" in refusals(catalog)["tampered"]
    assert "honest" in catalog.addons
    assert not trace.exists()
    assert "tampered" not in sys.modules


def test_a_name_that_python_has_already_is_not_taken_for_the_addon(
    config: Config, deployment: Deployment
) -> None:
    deployment.take(deployment.package("colorsys", "1.0"))
    assert "Python module" in refusals(started(config, deployment))["colorsys"]


def test_safe_mode_starts_without_them(config: Config, deployment: Deployment) -> None:
    deployment.take(deployment.package("leftout", "1.0"))
    catalog = started(config, deployment, safe_mode=True)
    assert "leftout" not in catalog.addons
    assert "safe mode" in refusals(catalog)["leftout"]
    assert "core" in catalog.addons


def test_a_broken_active_set_costs_the_addons_and_not_the_platform(
    config: Config, deployment: Deployment
) -> None:
    deployment.take(deployment.package("lost", "1.0"))
    deployment.layout.active.write_text("{half")
    catalog = started(config, deployment)
    assert "lost" not in catalog.addons
    assert "accounting" in catalog.addons


def test_packages_that_clash_with_the_platform_s_are_refused_before_they_are_fetched(
    deployment: Deployment,
) -> None:
    folder = deployment.keeper.source("clashing", "1.0")
    lock = f"httpx==0.0.1 --hash=sha256:{'0' * 64}\n"
    (folder / "requirements.txt").write_text(lock)
    package = deployment.package_from(folder)
    with pytest.raises(Conflict, match=r"httpx 0\.0\.1, but Aorabooks has"):
        deployment.take(package)
    assert deployment.stored() == set()
