"""Loads the addons of a process, once, and freezes what they declare into the catalog.

An addon that cannot be imported or declares something impossible is left out with all its
reasons, together with everything that depends on it; the rest starts. Nothing here touches
a tenant.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import pluggy
import structlog

from core import hookspecs
from core.addons import checks, graph
from core.addons.catalog import HOOKED_KINDS, Catalog, Contributions, LoadedAddon, Owned
from core.addons.discovery import Discovery, FoundAddon, Refused
from core.addons.heads import newest_revision
from core.event import Reaction, reactions_in

CORE_VERSION = "1.0.0"
"""What an addon's `core` range is compared with."""

log = structlog.get_logger(__name__)


class CatalogError(Exception):
    """Loading was strict and something was wrong; the message lists every problem."""


@dataclass(slots=True)
class _Loading:
    hooks: pluggy.PluginManager
    addons: dict[str, LoadedAddon] = field(default_factory=dict)
    declared: dict[str, dict[str, tuple[Any, ...]]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


def load(discovery: Discovery, *, strict: bool = False) -> Catalog:
    """Import the discovered addons in dependency order and collect what they declare.

    With `strict`, any problem raises CatalogError instead of leaving the addon out.
    """
    loading = _Loading(_plugin_manager(), refused=list(discovery.refused))
    order = graph.plan(discovery.found, core_version=CORE_VERSION)
    loading.refused += order.refused
    for addon in order.order:
        _load_one(loading, addon)
    reactions = [item for addon in order.order for item in _reactions(loading, addon)]
    catalog = _freeze(loading, reactions)
    for refused in catalog.refused:
        log.error("addon left out", addon=refused.name, reason=refused.reason)
    if strict and catalog.refused:
        lines = [f"- {refused.name}: {refused.reason}" for refused in catalog.refused]
        raise CatalogError("\n".join(["Addons with problems:", *lines]))
    return catalog


def _plugin_manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _load_one(loading: _Loading, addon: FoundAddon) -> None:
    lacking = [name for name in addon.manifest.depends if name not in loading.addons]
    if lacking:
        _refuse(loading, addon.name, f"{addon.name} needs {', '.join(lacking)} (refused)")
        return
    plugin: ModuleType | None = None
    try:
        plugin = importlib.import_module(f"{addon.package}.plugin")
        loading.hooks.register(plugin, name=addon.name)
        _refuse_unknown_hooks(loading.hooks, plugin)
        declared = _collect(loading.hooks, addon.name)
        problems = checks.problems_of(addon.manifest, declared, loading.declared)
        if problems:
            raise CatalogError("; ".join(problems))
        head = newest_revision(addon.folder)
    except Exception as error:  # whatever foreign code raises must not stop the others
        if plugin is not None and loading.hooks.is_registered(plugin):
            loading.hooks.unregister(plugin)
        log.debug("addon failed to load", addon=addon.name, exc_info=True)
        _refuse(loading, addon.name, f"{type(error).__name__}: {error}")
        return
    loading.declared[addon.name] = declared
    loading.addons[addon.name] = LoadedAddon(addon.manifest, addon.package, plugin, head)


def _refuse(loading: _Loading, name: str, reason: str) -> None:
    loading.refused.append(Refused(name, reason))


def _refuse_unknown_hooks(manager: pluggy.PluginManager, plugin: ModuleType) -> None:
    known = {name for name, value in vars(hookspecs).items() if callable(value)}
    marked = [name for name, value in vars(plugin).items() if hasattr(value, "aorabooks_impl")]
    unknown = sorted(set(marked) - known)
    if unknown:
        raise CatalogError(f"there is no hook called {', '.join(unknown)}")


def _collect(manager: pluggy.PluginManager, name: str) -> dict[str, tuple[Any, ...]]:
    declared = {}
    for kind in HOOKED_KINDS:
        caller = getattr(manager.hook, f"register_{kind}")
        declared[kind] = tuple(
            item
            for implementation in caller.get_hookimpls()
            if implementation.plugin_name == name
            for item in implementation.function()
        )
    return declared


def _reactions(loading: _Loading, addon: FoundAddon) -> Iterable[Owned[Reaction]]:
    """The handlers of one addon, for the publishers that are installed."""
    if addon.name not in loading.addons:
        return
    publishers = [*addon.manifest.depends, *addon.manifest.reacts_to, addon.name, "core"]
    for publisher, count in Counter(publishers).items():
        path = addon.folder / "reactions" / f"{publisher}.py"
        if count > 1 or not path.is_file():
            continue
        if publisher != "core" and publisher not in loading.addons:
            continue
        try:
            module = importlib.import_module(f"{addon.package}.reactions.{publisher}")
        except Exception as error:  # as above: foreign code
            del loading.addons[addon.name]
            _refuse(loading, addon.name, f"reactions/{publisher}.py: {error!r}")
            return
        for reaction in reactions_in(module):
            yield Owned(addon.name, reaction)


def _freeze(loading: _Loading, reactions: list[Owned[Reaction]]) -> Catalog:
    # An addon refused late takes its dependents along.
    depends = {name: addon.manifest.depends for name, addon in loading.addons.items()}
    for name in list(depends):
        if not graph.closure([name], depends) <= loading.addons.keys():
            _refuse(loading, name, "an addon that it needs was refused")
            loading.addons.pop(name, None)
    contributions = Contributions(
        **{
            kind: tuple(
                Owned(name, item)
                for name in loading.addons
                for item in loading.declared[name][kind]
            )
            for kind in HOOKED_KINDS
        }
    )
    kept = tuple(owned for owned in reactions if owned.addon in loading.addons)
    return Catalog(
        addons=loading.addons,
        contributions=replace(contributions, reactions=kept),
        hooks=loading.hooks,
        refused=tuple(loading.refused),
    )
