"""Everything the installed addons contribute, collected once and then frozen.

The catalog knows the owner of each contribution. A tenant sees it through `view(enabled)`:
what belongs to an addon that is not enabled is not in the view, and so does not exist.
Views are shared by all tenants with the same set of addons.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Generic, TypeVar

import pluggy

from core import declare
from core.addons.discovery import Refused
from core.addons.manifest import Manifest
from core.event import Event, Reaction

T = TypeVar("T")

_MAX_VIEWS: Final = 256
"""Different sets of addons that are kept ready; a view is made in a millisecond."""


@dataclass(frozen=True, slots=True)
class Owned(Generic[T]):
    """A contribution and the addon it came from."""

    addon: str
    item: T


@dataclass(frozen=True, slots=True)
class LoadedAddon:
    """An addon whose code runs in this process.

    `revisions` is its migration history, oldest first. `digest` is the fingerprint of its
    files; those that ship with the platform have none. `later` is the folder of a newer version
    that ran before this one: what it did to a company's tables, its migrations take back.
    """

    manifest: Manifest
    package: str
    folder: Path
    plugin: ModuleType
    revisions: tuple[str, ...] = ()
    digest: str = ""
    later: Path | None = None

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def head(self) -> str | None:
        """The newest migration, or None if the addon has no tables."""
        return self.revisions[-1] if self.revisions else None


@dataclass(frozen=True, slots=True)
class Contributions:
    """What was declared, by kind, in load order. Field names are those of the hooks, but for
    events and reactions, which are found in the files of that name."""

    models: tuple[Owned[type], ...] = ()
    permissions: tuple[Owned[declare.Permission], ...] = ()
    roles: tuple[Owned[declare.Role], ...] = ()
    options: tuple[Owned[declare.OptionSet], ...] = ()
    resources: tuple[Owned[declare.Resource], ...] = ()
    routes: tuple[Owned[declare.Route], ...] = ()
    menu: tuple[Owned[declare.MenuItem], ...] = ()
    slots: tuple[Owned[declare.Slot], ...] = ()
    jobs: tuple[Owned[declare.Job], ...] = ()
    extensions: tuple[Owned[declare.Extension], ...] = ()
    reports: tuple[Owned[declare.Report], ...] = ()
    imports: tuple[Owned[declare.Importer], ...] = ()
    invariants: tuple[Owned[declare.Invariant], ...] = ()
    cards: tuple[Owned[declare.Card], ...] = ()
    onboarding: tuple[Owned[declare.OnboardingStep], ...] = ()
    templates: tuple[Owned[declare.TemplateFolder], ...] = ()
    events: tuple[Owned[type[Event]], ...] = ()
    reactions: tuple[Owned[Reaction], ...] = ()


HOOKED_KINDS = tuple(f.name for f in fields(Contributions) if f.name not in {"events", "reactions"})


class CatalogView:
    """The contributions of a set of enabled addons, with the look-ups that requests need."""

    def __init__(self, enabled: frozenset[str], contributions: Contributions) -> None:
        self.enabled = enabled
        self.all = contributions
        self.resources = {f"{o.addon}.{o.item.name}": o for o in contributions.resources}
        self.permissions = {o.item.code: o.item for o in contributions.permissions}
        self.jobs = {o.item.name: o.item for o in contributions.jobs}
        self.reports = {o.item.name: o.item for o in contributions.reports}
        self.importers = {o.item.kind: o.item for o in contributions.imports}
        self.options = {o.item.type: o.addon for o in contributions.options}
        self.menu = tuple(
            o.item for o in sorted(contributions.menu, key=lambda o: (o.item.order, o.item.title))
        )
        in_order = sorted(contributions.slots, key=lambda o: o.item.order)
        self._slots = _grouped((o.item.place, o) for o in in_order)
        self._extensions = _grouped((o.item.point, o) for o in contributions.extensions)
        self._reactions = _grouped((o.item.event.event_name, o) for o in contributions.reactions)

    def slots(self, place: str) -> tuple[Owned[declare.Slot], ...]:
        """What goes into a named place, in order."""
        return self._slots.get(place, ())

    def extensions(self, point: type) -> tuple[Owned[declare.Extension], ...]:
        """The implementations of an extension point."""
        return self._extensions.get(point, ())

    def reactions(self, event_name: str) -> tuple[Owned[Reaction], ...]:
        """The handlers of an event, in load order."""
        return self._reactions.get(event_name, ())


@dataclass(slots=True, eq=False)
class Catalog:
    """The frozen outcome of loading; `refused` lists what was left out, and why.

    Each is itself alone, so that what is derived from one can be kept by it.
    """

    addons: Mapping[str, LoadedAddon]
    contributions: Contributions
    hooks: pluggy.PluginManager
    refused: tuple[Refused, ...] = ()
    _views: dict[frozenset[str], CatalogView] = field(default_factory=dict)
    _callers: dict[tuple[str, str], pluggy.HookCaller] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def view(self, enabled: frozenset[str]) -> CatalogView:
        """What a tenant with these addons sees; unknown names are ignored."""
        enabled = enabled.intersection(self.addons)
        view = self._views.get(enabled)
        if view is None:
            with self._lock:
                if len(self._views) >= _MAX_VIEWS:
                    self._views.pop(next(iter(self._views)))
                view = self._views.setdefault(enabled, CatalogView(enabled, self._only(enabled)))
        return view

    def everything(self) -> CatalogView:
        """What all loaded addons contribute, enabled for somebody or not."""
        return self.view(frozenset(self.addons))

    def depends(self) -> dict[str, tuple[str, ...]]:
        """The hard dependencies of each addon."""
        return {name: addon.manifest.depends for name, addon in self.addons.items()}

    def call(self, hook: str, addon: str, **arguments: Any) -> list[Any]:
        """Call a hook of one addon alone; its answers, none if it does not implement it."""
        return self._caller(hook, addon)(**arguments)

    def implementers(self, hook: str, enabled: frozenset[str]) -> tuple[str, ...]:
        """Which of these addons implement a hook, in load order."""
        found = {i.plugin_name for i in getattr(self.hooks.hook, hook).get_hookimpls()}
        return tuple(name for name in self.addons if name in found and name in enabled)

    def _caller(self, hook: str, addon: str) -> pluggy.HookCaller:
        caller = self._callers.get((hook, addon))
        if caller is None:
            others = self.hooks.get_plugins() - {self.addons[addon].plugin}
            caller = self.hooks.subset_hook_caller(hook, remove_plugins=others)
            self._callers[hook, addon] = caller
        return caller

    def _only(self, enabled: frozenset[str]) -> Contributions:
        kept = {
            f.name: tuple(o for o in getattr(self.contributions, f.name) if o.addon in enabled)
            for f in fields(Contributions)
        }
        return Contributions(**kept)


def _grouped(pairs: Iterable[tuple[Any, T]]) -> dict[Any, tuple[T, ...]]:
    groups: dict[Any, list[T]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in groups.items()}
