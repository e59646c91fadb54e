"""What the tests of the module manager stand on: catalogs of fake addons, and their databases."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from structlog.testing import capture_logs

from core.addons.catalog import Catalog
from core.addons.discovery import AddonFolder, discover
from core.addons.heads import revisions
from core.addons.loading import load
from core.addons.states import TenantStates
from core.kernel import Kernel
from tenants.composition import CONTROL_PLANE

FAKES = Path(__file__).parents[1] / "fake_addons"


def folder_of(group: str, *, shipped: bool = True) -> AddonFolder:
    """A group of fake addons: good, broken or failing."""
    return AddonFolder(FAKES / group, f"tests.fake_addons.{group}.", shipped=shipped)


def load_groups(*groups: str, shipped: bool = True) -> Catalog:
    """A catalog of the platform and these groups, and of nothing that is installed here."""
    folders = [folder_of(group, shipped=shipped) for group in groups]
    with capture_logs():
        return load(discover(folders, platform=[CONTROL_PLANE], installed=False))


def with_catalog(kernel: Kernel, catalog: Catalog) -> Kernel:
    """The same platform in a process of its own that has loaded other code."""
    return replace(kernel, catalog=catalog, states=TenantStates(catalog))


def another_process(kernel: Kernel) -> Kernel:
    """The same code in a process of its own: nothing is remembered in common."""
    return with_catalog(kernel, kernel.catalog)


def earlier_release(
    catalog: Catalog, name: str, folder: Path, *, version: str = "0.9.0"
) -> Catalog:
    """The catalog before the addon's newest migration was written; its files go to `folder`."""
    addon = catalog.addons[name]
    shutil.copytree(addon.folder, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / name / "migrations" / "versions" / f"{addon.head}.py").unlink()
    earlier = replace(
        addon,
        folder=folder / name,
        revisions=revisions(folder / name),
        manifest=addon.manifest.model_copy(update={"version": "0.9.0"}),
    )
    return replace(catalog, addons={**catalog.addons, name: earlier}, _views={}, _callers={})
