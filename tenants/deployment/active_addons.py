"""The addons that were installed into this deployment, as the composition root loads them.

Each is verified against its publisher's signature before Python may find it; one that does not
hold is left out with its reason, and so are all in safe mode.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from packaging.version import Version

from addon_registry.deployment import active, layout, store
from addon_registry.deployment.active import ActiveSet, Installed
from addon_registry.deployment.layout import Layout
from core.addons.discovery import AddonFolder, Refused
from core.config import Config
from core.errors import AppError

SAFE_MODE = "the platform runs in safe mode, without addons that were installed"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ActiveAddons:
    """Folders to discover addons in, those that are left out, and newer versions that ran before
    (see `core.addons.catalog.LoadedAddon`)."""

    folders: tuple[AddonFolder, ...] = ()
    refused: tuple[Refused, ...] = ()
    later: Mapping[str, Path] = field(default_factory=dict)


def of_deployment(config: Config) -> ActiveAddons:
    """The active set, verified, with Python's search path led to it."""
    place = layout.of(config.var)
    try:
        now = active.read(place)
    except (OSError, ValueError) as error:
        log.error("installed addons are left out", reason=str(error))
        return ActiveAddons()
    if config.safe_mode:
        return ActiveAddons(refused=tuple(Refused(name, SAFE_MODE) for name in now.addons))
    if now.addons:
        # What lies in the store stays as it was signed.
        sys.dont_write_bytecode = True
    folders, refused = [], []
    for name, installed in sorted(now.addons.items()):
        reason = _obstacle(place, installed)
        if reason:
            refused.append(Refused(name, reason))
        else:
            folders.append(AddonFolder(store.code_of(place, installed).parent))
    return ActiveAddons(tuple(folders), tuple(refused), _later(place, now))


def _obstacle(place: Layout, installed: Installed) -> str:
    """Why it may not be imported, or nothing; then Python finds it, and what it brings."""
    try:
        store.verify(place, installed)
    except AppError as error:
        return " ".join(filter(None, (error.message, error.fix)))
    for path in (store.code_of(place, installed).parent, store.deps_of(place, installed)):
        if path.is_dir() and str(path) not in sys.path:
            sys.path.append(str(path))
    importlib.invalidate_caches()
    found = importlib.util.find_spec(installed.name)
    own = store.code_of(place, installed)
    if found is None or str(own) not in list(found.submodule_search_locations or ())[:1]:
        return f"a Python module of the platform is called {installed.name} as well"
    return ""


def _later(place: Layout, now: ActiveSet) -> dict[str, Path]:
    """Newer versions that were active before this set."""
    found = {}
    for name, installed in now.addons.items():
        before = now.previous.get(name)
        if before is not None and Version(before.version) > Version(installed.version):
            try:
                store.verify(place, before)
            except AppError as error:
                log.error("a newer version cannot be undone", addon=name, reason=error.message)
            else:
                found[name] = store.code_of(place, before)
    return found
