"""Loads the addons of a process, once, and freezes what they declare into the catalog.

An addon that cannot be imported or declares something impossible is left out with all its
reasons, together with everything that depends on it; the rest starts. Nothing here touches
a tenant.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pluggy
import structlog
from sqlalchemy.orm import configure_mappers

from core import hookspecs
from core.addons import checks, digest, graph
from core.addons.catalog import HOOKED_KINDS, Catalog, Contributions, LoadedAddon, Owned
from core.addons.collecting import (
    collect,
    events_in,
    extensions_for,
    reactions_module,
    reactions_to,
)
from core.addons.discovery import Discovery, FoundAddon, Refused
from core.addons.heads import revisions
from core.addons.states import KERNEL
from core.addons.withdrawal import withdraw
from core.errors import SetupError
from core.event import Reaction

log = structlog.get_logger(__name__)


class CatalogError(SetupError):
    """The platform itself is wrong, or loading is strict; the message lists every problem."""


@dataclass(slots=True)
class _Loading:
    hooks: pluggy.PluginManager
    refused: list[Refused]
    platform: frozenset[str]
    later: Mapping[str, Path]
    addons: dict[str, LoadedAddon] = field(default_factory=dict)
    declared: dict[str, checks.Declared] = field(default_factory=dict)
    reactions: dict[str, list[Reaction]] = field(default_factory=dict)


def load(
    discovery: Discovery, *, strict: bool = False, later: Mapping[str, Path] | None = None
) -> Catalog:
    """Import the discovered addons in dependency order and collect what they declare.

    `later` names the folders of newer versions that ran here before (see `LoadedAddon`). With
    `strict`, any problem raises CatalogError instead of leaving the addon out.
    """
    platform = frozenset(addon.name for addon in discovery.found if addon.platform)
    loading = _Loading(_plugin_manager(), list(discovery.refused), platform, later or {})
    plan = graph.plan(discovery, core_version=_core_version(discovery))
    loading.refused += plan.refused
    for addon in plan.order:
        _load(loading, addon)
    # After all, since two addons may react to each other.
    for addon in plan.order:
        _load_reactions(loading, addon)
    catalog = _freeze(loading)
    for refused in catalog.refused:
        log.error("addon left out", addon=refused.name, reason=refused.reason)
    if catalog.refused and strict:
        lines = [f"- {refused.name}: {refused.reason}" for refused in catalog.refused]
        raise CatalogError("\n".join(["Addons with problems:", *lines]))
    return catalog


def _plugin_manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _core_version(discovery: Discovery) -> str:
    versions = [found.manifest.version for found in discovery.found if found.name == KERNEL]
    if not versions:
        reasons = [refused.reason for refused in discovery.refused if refused.name == KERNEL]
        raise CatalogError("; ".join(["The kernel's own manifest cannot be used", *reasons]))
    return versions[0]


def _load(loading: _Loading, addon: FoundAddon) -> None:
    if _lacks_dependency(loading, addon):
        return
    try:
        plugin = importlib.import_module(f"{addon.package}.plugin")
        loading.hooks.register(plugin, name=addon.name)
        declared = collect(loading.hooks, addon.name) | {"events": events_in(addon)}
        # Now, so that a broken relationship is this addon's problem and nobody else's.
        configure_mappers()
        history = revisions(addon.folder)
        problems = checks.problems_of(addon.manifest, declared, loading.declared, history)
        if problems:
            raise checks.DeclarationError("; ".join(problems))
        fingerprint = "" if addon.shipped else digest.of_folder(addon.folder)
    except (Exception, SystemExit) as error:  # whatever foreign code raises, the rest starts
        _leave_out(loading, addon.name, addon.package, _sentence(error))
        return
    loading.declared[addon.name] = declared
    loading.addons[addon.name] = LoadedAddon(
        addon.manifest,
        addon.package,
        addon.folder,
        plugin,
        history,
        fingerprint,
        loading.later.get(addon.name),
    )


def _load_reactions(loading: _Loading, addon: FoundAddon) -> None:
    """The handlers of one addon, for the publishers that are installed."""
    if addon.name not in loading.addons or _lacks_dependency(loading, addon):
        return
    named = (*addon.manifest.depends, *addon.manifest.reacts_to, addon.name)
    found: list[Reaction] = []
    for publisher in dict.fromkeys((KERNEL, *named)):
        if publisher in loading.addons:
            try:
                found += _reactions(loading, addon, publisher)
            except (Exception, SystemExit) as error:  # as above
                reason = f"reactions/{publisher}.py: {_sentence(error)}"
                _leave_out(loading, addon.name, addon.package, reason)
                return
    loading.reactions[addon.name] = found


def _reactions(loading: _Loading, addon: FoundAddon, publisher: str) -> list[Reaction]:
    """Its handlers for one publisher; what it implements for that one is declared on the way."""
    module = reactions_module(publisher, addon)
    if module is None:
        return []
    declared = loading.declared[addon.name]
    extra = extensions_for(module)
    if extra:
        problems = checks.extension_problems(extra, loading.declared)
        if problems:
            raise checks.DeclarationError("; ".join(problems))
        loading.declared[addon.name] = {
            **declared,
            "extensions": (*declared["extensions"], *extra),
        }
    return reactions_to(publisher, module)


def _lacks_dependency(loading: _Loading, addon: FoundAddon) -> bool:
    lacking = [name for name in addon.manifest.depends if name not in loading.addons]
    if lacking:
        reason = f"{addon.name} needs {', '.join(lacking)} (refused)"
        _leave_out(loading, addon.name, addon.package, reason)
    return bool(lacking)


def _leave_out(loading: _Loading, name: str, package: str, reason: str) -> None:
    if name in loading.platform:
        raise CatalogError(f"{name}, a part of the platform itself, cannot be loaded: {reason}")
    log.debug("addon failed to load", addon=name, exc_info=True)
    loading.refused.append(Refused(name, reason))
    loading.addons.pop(name, None)
    loading.reactions.pop(name, None)
    if loading.hooks.has_plugin(name):
        loading.hooks.unregister(name=name)
    withdraw(name, package)


def _sentence(error: BaseException) -> str:
    if isinstance(error, checks.DeclarationError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _freeze(loading: _Loading) -> Catalog:
    # A publisher may have been left out after those who depend on it were loaded.
    for name, addon in list(loading.addons.items()):
        lacking = [needed for needed in addon.manifest.depends if needed not in loading.addons]
        if lacking:
            reason = f"{name} needs {', '.join(lacking)} (refused)"
            _leave_out(loading, name, addon.package, reason)
    by_kind: dict[str, tuple[Owned[Any], ...]] = {
        kind: tuple(
            Owned(name, item) for name in loading.addons for item in loading.declared[name][kind]
        )
        for kind in (*HOOKED_KINDS, "events")
    }
    reactions = (
        Owned(name, item) for name in loading.addons for item in loading.reactions.get(name, ())
    )
    return Catalog(
        addons=loading.addons,
        contributions=Contributions(**by_kind, reactions=tuple(reactions)),
        hooks=loading.hooks,
        refused=tuple(loading.refused),
    )
