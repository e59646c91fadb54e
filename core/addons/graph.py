"""The order in which addons load: dependencies first, then by name.

    core
     ├── accounting
     │    └── vat            depends = ["accounting"]
     └── sales               reacts_to does not count: two addons may react to each other

An addon whose dependency is missing, refused or circular is left out with its reason, and
so is everything that depends on it; all problems are named, not only the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.addons.discovery import Discovery, FoundAddon, Refused


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """Addons in load order, and those left out."""

    order: tuple[FoundAddon, ...]
    refused: tuple[Refused, ...]


def plan(discovery: Discovery, *, core_version: str) -> LoadPlan:
    """Order the addons; see the module's text for what is left out."""
    by_name = {addon.name: addon for addon in discovery.found}
    present = by_name.keys() | {refused.name for refused in discovery.refused}
    reasons = {
        name: f"{name} needs core {addon.manifest.core}, this is {core_version}"
        for name, addon in by_name.items()
        if not addon.manifest.accepts_core(core_version)
    }
    reasons |= _cycles(by_name)
    reasons |= _outside_their_ranges(by_name)
    order: list[FoundAddon] = []
    placed: set[str] = set()
    # Every addon needs the kernel without saying so.
    waiting = sorted(set(by_name) - set(reasons), key=lambda name: (name != "core", name))
    while waiting:
        ready = [n for n in waiting if placed.issuperset(by_name[n].manifest.depends)]
        if not ready:
            break
        placed.add(ready[0])
        order.append(by_name[ready[0]])
        waiting.remove(ready[0])
    reasons |= {name: _missing(by_name[name], present, placed) for name in waiting}
    return LoadPlan(tuple(order), tuple(Refused(*item) for item in sorted(reasons.items())))


def around_guests(discovery: Discovery) -> Discovery:
    """Without those addons that ship and that no addon of others depends on or reacts to."""
    depends = {addon.name: addon.manifest.depends for addon in discovery.found}
    guests = [addon for addon in discovery.found if not addon.shipped]
    named = {name for addon in guests for name in (addon.name, *addon.manifest.reacts_to)}
    needed = closure(named, depends)
    kept = (addon for addon in discovery.found if addon.platform or addon.name in needed)
    return replace(discovery, found=tuple(kept))


def closure(names: Iterable[str], depends: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """These addons and everything they depend on."""
    wanted: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            todo += depends.get(name, ())
    return frozenset(wanted)


def _missing(addon: FoundAddon, present: set[str], placed: set[str]) -> str:
    lacking = [name for name in addon.manifest.depends if name not in placed]
    parts = [f"{n} (refused)" if n in present else f"{n} (not installed)" for n in lacking]
    return f"{addon.name} needs {', '.join(parts)}"


def _outside_their_ranges(by_name: dict[str, FoundAddon]) -> dict[str, str]:
    """Addons that need another version of a dependency than the one that is here."""
    reasons: dict[str, str] = {}
    for name, addon in by_name.items():
        wrong = [
            f"{needed} {addon.manifest.ranges[needed]}, this is {by_name[needed].manifest.version}"
            for needed in addon.manifest.ranges
            if needed in by_name
            and not addon.manifest.accepts(needed, by_name[needed].manifest.version)
        ]
        if wrong:
            reasons[name] = f"{name} needs {'; '.join(wrong)}"
    return reasons


def _cycles(by_name: dict[str, FoundAddon]) -> dict[str, str]:
    """Every addon that lies on a circle, with the circle spelled out."""
    reasons: dict[str, str] = {}
    for name in by_name:
        path = _path_back(name, by_name)
        if path:
            reasons[name] = f"circular dependency: {' -> '.join(path)}"
    return reasons


def _path_back(start: str, by_name: dict[str, FoundAddon]) -> list[str]:
    todo = [[start, nxt] for nxt in by_name[start].manifest.depends]
    seen: set[str] = set()
    while todo:
        path = todo.pop(0)
        here = path[-1]
        if here == start:
            return path
        if here in by_name and here not in seen:
            seen.add(here)
            todo += [[*path, nxt] for nxt in by_name[here].manifest.depends]
    return []
