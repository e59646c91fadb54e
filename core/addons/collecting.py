"""Asks one addon's hooks what it declares, and looks at the shape of the answer."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

import pluggy

from core import declare, hookspecs
from core.addons.catalog import HOOKED_KINDS
from core.addons.checks import DeclarationError
from core.addons.discovery import FoundAddon
from core.event import Event, Reaction, reactions_in

_TYPES: Final[Mapping[str, type]] = {
    "models": type,
    "permissions": declare.Permission,
    "roles": declare.Role,
    "options": declare.OptionSet,
    "resources": declare.Resource,
    "routes": declare.Route,
    "menu": declare.MenuItem,
    "slots": declare.Slot,
    "jobs": declare.Job,
    "extensions": declare.Extension,
    "reports": declare.Report,
    "imports": declare.Importer,
    "invariants": declare.Invariant,
    "cards": declare.Card,
    "onboarding": declare.OnboardingStep,
    "templates": declare.TemplateFolder,
}


def collect(manager: pluggy.PluginManager, addon: str) -> dict[str, tuple[Any, ...]]:
    """What the registered addon returns from its `register_*` hooks, by kind."""
    plugin = manager.get_plugin(addon)
    _refuse_unknown_hooks(plugin)
    return {kind: _of_kind(manager, addon, kind) for kind in HOOKED_KINDS}


def events_in(addon: FoundAddon) -> tuple[type[Event], ...]:
    """The events that the addon defines in its `events.py`."""
    if not (addon.folder / "events.py").is_file():
        return ()
    module = importlib.import_module(f"{addon.package}.events")
    return tuple(
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Event) and item.__module__ == module.__name__
    )


def reactions_module(publisher: str, addon: FoundAddon) -> ModuleType | None:
    """The addon's `reactions/<publisher>.py`; None where there is no such file."""
    if not (addon.folder / "reactions" / f"{publisher}.py").is_file():
        return None
    return importlib.import_module(f"{addon.package}.reactions.{publisher}")


def reactions_to(publisher: str, module: ModuleType) -> list[Reaction]:
    """The handlers in the reactions to this publisher."""
    reactions = reactions_in(module)
    for reaction in reactions:
        event = reaction.event.event_name
        if not event.startswith(f"{publisher}."):
            raise DeclarationError(f"{event} belongs into reactions/{event.partition('.')[0]}.py")
    return reactions


def extensions_for(module: ModuleType) -> tuple[declare.Extension, ...]:
    """What the reactions to a publisher implement of its extension points, as `EXTENSIONS`: the
    way for an addon that works without the publisher, and cannot import its protocols earlier."""
    found = getattr(module, "EXTENSIONS", ())
    for item in found:
        if not isinstance(item, declare.Extension):
            raise DeclarationError(f"EXTENSIONS must hold extensions, not {item!r}")
    return tuple(found)


def _of_kind(manager: pluggy.PluginManager, addon: str, kind: str) -> tuple[Any, ...]:
    hook = f"register_{kind}"
    items: list[Any] = []
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        if implementation.plugin_name == addon:
            returned = implementation.function()
            if not isinstance(returned, list | tuple):
                raise DeclarationError(f"{hook} must return a list, not {returned!r}")
            items += returned
    for item in items:
        if not isinstance(item, _TYPES[kind]):
            raise DeclarationError(f"{hook} returned {item!r}, which is no {_TYPES[kind].__name__}")
    return tuple(items)


def _refuse_unknown_hooks(plugin: ModuleType | None) -> None:
    known = [name for name, value in vars(hookspecs).items() if hasattr(value, "aorabooks_spec")]
    marked = [
        name
        for name, value in vars(plugin).items()
        # A dict is what pluggy puts there; SQLAlchemy's `func` has every attribute one asks for.
        if isinstance(getattr(value, "aorabooks_impl", None), dict)
    ]
    for name in sorted(set(marked) - set(known)):
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise DeclarationError(f"there is no hook called {name}{hint}")
