"""One step from a set of addons to the next: everything is fetched and verified beside what runs,
then the active set is replaced, and the platform's processes follow.

    journal -> fetch, verify, unpack -> active set "checking" -> check -> "new" -> processes follow
                 |                        |                       |                  |
                 +- what was unpacked     +------ the set before is active again ----+
                    is removed again

Whoever is killed in between leaves a journal, by which the next one finishes or undoes the step.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from addon_registry.deployment import active, dependencies, journal, lock, standing, store
from addon_registry.deployment.active import ActiveSet, Addons, Installed
from addon_registry.deployment.files import sync_all
from addon_registry.deployment.journal import Step
from addon_registry.deployment.layout import Layout
from addon_registry.package.verifying import Verified
from core.errors import AppError, Conflict, Unavailable
from core.i18n import phrase

FOLLOW_SECONDS: Final = 300.0
"""How long the processes may take to follow; they give up by themselves well before."""
_LOOK_SECONDS: Final = 0.1
_SPARE_BYTES: Final = 64 * 2**20

Tell = Callable[[str], None]
Check = Callable[[Iterable[str]], Mapping[str, str]]
"""Tries the named addons of the active set out; gives the reason for each that does not work."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A wheel that was fetched and verified."""

    wheel: Path
    signature: Path
    verified: Verified


@dataclass(frozen=True, slots=True)
class Outcome:
    """The set that is active now, and the platform processes that run it already."""

    active: ActiveSet
    followed: int


def nothing_to_check(_: Iterable[str]) -> Mapping[str, str]:
    """The `Check` of steps that bring nothing new: what stays or goes back has run here before."""
    return {}


class StepFailed(Conflict):
    """The step was taken back; the set of addons from before is active."""

    code = "addons-returned"


def change(
    layout: Layout,
    step: Step,
    *,
    fetch: Callable[[], Iterable[Fetched]] = tuple,
    without: frozenset[str] = frozenset(),
    to: Addons | None = None,
    check: Check,
    tell: Tell = lambda _: None,
) -> Outcome:
    """Take one step: add what `fetch` brings, remove what is `without`, or go `to` another set.

    Raises AppError with the reason and the way out; then what ran before runs on.
    """
    with lock.locked(layout):
        journal.recover(layout)
        before = active.read(layout)
        journal.begin(layout, step)
        try:
            added = _store(layout, fetch(), before, tell)
            wanted = _wanted(before, added, without, to)
            if dict(wanted) == dict(before.addons):
                return Outcome(before, 0)
            now = _activate(layout, step, before, wanted)
            _try_out(layout, now, check, tell)
            return _follow(layout, replace(now, state="new"), tell)
        finally:
            journal.end(layout)


def refuse_without_room(layout: Layout, needed: int) -> None:
    """Raise Unavailable unless the disk has room for so many bytes, and some to spare."""
    layout.root.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(layout.root).free
    if free < needed + _SPARE_BYTES:
        raise Unavailable(
            phrase(
                "The disk of {folder} has {free} MB left; {needed} MB are needed.",
                folder=str(layout.root),
                free=free // 2**20,
                needed=(needed + _SPARE_BYTES) // 2**20,
            ),
            fix=phrase("Make room on the disk, and try again; nothing was changed."),
        )


def _store(
    layout: Layout, fetched: Iterable[Fetched], before: ActiveSet, tell: Tell
) -> dict[str, Installed]:
    packages = list(fetched)
    changed = {each.verified.manifest.name for each in packages}
    staying = {name: each for name, each in before.addons.items() if name not in changed}
    added: dict[str, Installed] = {}
    for each in packages:
        name = each.verified.manifest.name
        tell(f"Unpacking {name} {each.verified.manifest.version}")
        refuse_without_room(layout, 2 * each.verified.contents.size)
        others = {**staying, **added}

        def bring(code: Path, deps: Path, others: Addons = others, name: str = name) -> None:
            _bring_dependencies(layout, name, code / name, deps, others, tell)

        added[name] = store.put(layout, each.wheel, each.signature, each.verified, bring)
    return added


def _bring_dependencies(
    layout: Layout, name: str, addon: Path, deps: Path, others: Addons, tell: Tell
) -> None:
    wanted = dependencies.locked_in(addon)
    if not wanted:
        return
    tell(f"Fetching what {name} needs")
    present = {"Aorabooks": dependencies.of_platform()} | {
        other: dependencies.in_folder(store.deps_of(layout, installed))
        for other, installed in others.items()
    }
    dependencies.refuse_conflicts(name, wanted, present)
    dependencies.install(addon, deps)
    sync_all(deps)


def _wanted(
    before: ActiveSet, added: Addons, without: frozenset[str], to: Addons | None
) -> dict[str, Installed]:
    kept = before.addons if to is None else to
    return {**{n: each for n, each in kept.items() if n not in without}, **added}


def _activate(layout: Layout, step: Step, before: ActiveSet, wanted: Addons) -> ActiveSet:
    now = active.successor(before, wanted, step=step.id)
    try:
        replaced = active.replace_by(layout, now, after=before.generation)
    except OSError as error:
        raise store.no_room(layout, error) from error
    if not replaced:
        raise Conflict(
            phrase("The active addons were changed by somebody else meanwhile."),
            fix=phrase("Look at them, then try again: aorabooks addon installed"),
        )
    journal.note_activated(layout, step)
    return now


def _try_out(layout: Layout, now: ActiveSet, check: Check, tell: Tell) -> None:
    """Have the changed addons checked while processes with them are made ready."""
    changed = sorted(now.changed() & now.addons.keys())
    why = ""
    try:
        if changed:
            tell(f"Checking {', '.join(changed)}")
            troubles = check(changed)
            why = "; ".join(f"{name}: {reason}" for name, reason in troubles.items())
    except BaseException as error:
        why = error.message if isinstance(error, AppError) else f"{type(error).__name__}: {error}"
        raise
    finally:
        if why:
            active.replace_by(layout, active.returned(now, why), after=now.generation)
    if why:
        raise StepFailed(
            phrase("The addons were not taken up: {reason}", reason=why),
            fix=phrase("What ran before runs on. Tell the addon's publisher."),
        )
    if not active.replace_by(layout, active.accepted(now), after=now.generation):
        raise _returned(active.read(layout))


def _follow(layout: Layout, now: ActiveSet, tell: Tell) -> Outcome:
    """Wait until every platform process of this machine runs the new set."""
    tell("Starting processes with the new addons")
    deadline = time.monotonic() + FOLLOW_SECONDS
    while True:
        current = active.read(layout)
        if current.generation != now.generation:
            raise _returned(current)
        everybody = standing.everybody(layout)
        if all(each.serving == now.generation for each in everybody):
            return Outcome(current, len(everybody))
        if time.monotonic() > deadline:
            raise Unavailable(
                phrase("The platform's processes have not followed yet; they go on trying."),
                fix=phrase("See how far they are: aorabooks addon installed"),
            )
        time.sleep(_LOOK_SECONDS)


def _returned(now: ActiveSet) -> StepFailed:
    return StepFailed(
        phrase("The addons before are active again: {reason}", reason=now.failure),
        fix=phrase("What ran before runs on. Tell the addon's publisher."),
    )
