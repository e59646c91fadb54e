"""Installs, removes and rolls back addons of this deployment: what the command and the pages do.

It reads manifests and never imports an addon; trying them out happens in a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from packaging.version import Version

from addon_registry.audit.auditing import audit
from addon_registry.deployment import active, changing, history, layout, progress, reversal, store
from addon_registry.deployment.active import Installed
from addon_registry.deployment.changing import Fetched, Outcome
from addon_registry.deployment.journal import Step
from addon_registry.deployment.layout import Layout
from addon_registry.deployment.preview import Change, change_of, migrations_in
from addon_registry.errors import InvalidPackage, UntrustedPackage
from addon_registry.keys import Keyring
from addon_registry.package.verifying import Verified, verify_wheel
from addon_registry.repository import resolving
from addon_registry.repository.client import Registry
from addon_registry.repository.index import Index
from addon_registry.repository.resolving import Plan
from core.addons import manifest as manifests
from core.addons.discovery import AddonFolder, discover
from core.addons.manifest import Manifest
from core.config import Config
from core.errors import AppError, Conflict, NotFound
from core.i18n import phrase
from tenants.deployment.trial import Trial
from tenants.places import CONTROL_PLANE, SHIPPED


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for a step, and its id."""

    by: str
    step: str = ""

    @property
    def id(self) -> str:
        return self.step or str(uuid4())


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan whose wheels were fetched and verified, and what it would do."""

    plan: Plan
    fetched: tuple[Fetched, ...]
    changes: tuple[Change, ...]

    @property
    def title(self) -> str:
        """What it does in words."""
        return "; ".join(
            f"{each.action} {each.name} {each.version}"
            + (f" (was {each.before})" if each.before else "")
            for each in self.changes
        )


def prepare(
    config: Config, wanted: Mapping[str, str], tell: changing.Tell = lambda _: None
) -> Prepared:
    """Choose versions for what is `wanted` (name to range), fetch them and verify them.

    Nothing of it is imported, nothing that runs is touched. Raises AppError: nothing fits,
    nobody answers, a signature does not hold, the audit found errors, the disk is full.
    """
    place = layout.of(config.var)
    registry = _registry(place, tell)
    index = registry.index()
    installed = manifests_of(place)
    platform = shipped()
    plan = resolving.resolve(
        index,
        wanted,
        installed=installed,
        core_version=platform["core"],
        shipped={name: version for name, version in platform.items() if name != "core"},
    )
    changing.refuse_without_room(place, 3 * plan.size)
    known = _known(index, platform)
    now, fetched, changes = active.read(place), [], []
    for step in plan.changes:
        assert step.release is not None
        tell(f"Fetching {step.name} {step.version}")
        try:
            wheel, signature = registry.download(step.release, place.incoming)
        except OSError as error:
            raise store.no_room(place, error) from error
        verified = _verified(step, wheel, signature, registry.keyring())
        _refuse_unsound(wheel, known)
        before = now.addons.get(step.name)
        if before is not None and step.action == "downgrade":
            older = frozenset(migrations_in(verified.files))
            reversal.refuse_one_way(store.code_of(place, before), older)
        fetched.append(Fetched(wheel, signature, verified))
        changes.append(change_of(step, wheel, verified, _migrations(place, before)))
    return Prepared(plan, tuple(fetched), tuple(changes))


def install(
    config: Config,
    prepared: Prepared,
    asked: Asked,
    trial: Trial,
    tell: changing.Tell = lambda _: None,
) -> Outcome:
    """Take up what was prepared, if it works in the trial; see `changing.change` for how, and for
    what it raises."""
    return _take(config, prepared.title, asked, tell, fetched=prepared.fetched, check=trial.of)


def remove(
    config: Config, name: str, asked: Asked, tell: changing.Tell = lambda _: None
) -> Outcome:
    """Remove an addon that no company uses (the caller has looked) and no other addon needs."""
    place = layout.of(config.var)
    now = active.read(place)
    if name not in now.addons:
        raise not_installed(name)
    needing = [n for n, m in manifests_of(place).items() if name in m.depends]
    if needing:
        raise Conflict(
            phrase("{others} need {name}.", others=", ".join(sorted(needing)), name=name),
            fix=phrase("Remove these first."),
        )
    does = f"remove {name} {now.addons[name].version}"
    return _take(config, does, asked, tell, without=frozenset({name}))


def roll_back(config: Config, asked: Asked, tell: changing.Tell = lambda _: None) -> Outcome:
    """Go back to the set of addons that was active before the last step.

    Raises Conflict if there is none, or if a migration since then cannot be undone.
    """
    place = layout.of(config.var)
    now = active.read(place)
    if not now.can_go_back:
        raise Conflict(
            phrase("There is nothing to go back to."),
            fix=phrase("A version can be named instead: aorabooks addon install NAME==VERSION"),
        )
    for name, before in now.previous.items():
        runs = now.addons.get(name)
        if runs is not None and Version(runs.version) > Version(before.version):
            reversal.refuse_one_way(store.code_of(place, runs), _migrations(place, before))
    does = "go back to " + (
        ", ".join(f"{each.name} {each.version}" for each in now.previous.values()) or "no addons"
    )
    return _take(config, does, asked, tell, to=now.previous)


def manifests_of(place: Layout) -> dict[str, Manifest]:
    """The manifests of the installed addons, read as data."""
    return {
        name: manifests.read(store.code_of(place, installed) / manifests.FILE_NAME)
        for name, installed in active.read(place).addons.items()
    }


def shipped() -> dict[str, str]:
    """Names and versions of what comes with the platform, the kernel among it as `core`."""
    folders: tuple[AddonFolder, ...] = (SHIPPED,)
    found = discover(folders, platform=[CONTROL_PLANE], installed=False)
    return {each.name: each.manifest.version for each in found.found}


def not_installed(name: str) -> NotFound:
    """Nobody has installed this one."""
    return NotFound(
        phrase("{name} is not installed here.", name=name),
        fix=phrase("See which are: aorabooks addon installed"),
    )


def _take(
    config: Config,
    does: str,
    asked: Asked,
    tell: changing.Tell,
    *,
    fetched: Iterable[Fetched] = (),
    check: changing.Check = changing.nothing_to_check,
    without: frozenset[str] = frozenset(),
    to: Mapping[str, Installed] | None = None,
) -> Outcome:
    """Take a step with all who look on being told, and its end being written down."""
    place = layout.of(config.var)
    step = Step(asked.id, does, asked.by)

    def said(sentence: str) -> None:
        progress.tell(place, progress.Progress(step.id, does, sentence))
        tell(sentence)

    failure = ""
    try:
        outcome = changing.change(
            place,
            step,
            fetch=lambda: fetched,
            without=without,
            to=to,
            check=check,
            tell=said,
        )
    except BaseException as error:
        failure = error.message if isinstance(error, AppError) else f"{type(error).__name__}"
        raise
    else:
        return outcome
    finally:
        result: history.Result = "failed" if failure else "done"
        ended = progress.Progress(step.id, does, "", ended=True, failure=failure)
        progress.tell(place, ended)
        _note(place, history.entry(step.id, step.by, does, result, failure))


def _note(place: Layout, entry: history.Entry) -> None:
    try:
        history.append(place, entry)
    except OSError as error:
        raise store.no_room(place, error) from error


def _registry(place: Layout, tell: changing.Tell) -> Registry:
    registry = Registry(place.trust)
    tell("Asking the registry")
    fresh = registry.refresh()
    if fresh.offline:
        tell(f"{fresh.offline} What was verified on {fresh.verified_at:%Y-%m-%d} is used.")
    return registry


def _known(index: Index, platform: Mapping[str, str]) -> dict[str, str]:
    """All addons that there are, titles by names."""
    titles = {r.name: r.manifest.title for r in index.newest_of_each(platform["core"])}
    return {**dict.fromkeys(index.names, ""), **titles, **{name: name for name in platform}}


def _verified(step: resolving.Step, wheel: Path, signature: Path, known: Keyring) -> Verified:
    """The package; what is none is nothing that whoever installs it could mend."""
    try:
        return verify_wheel(wheel, signature, known)
    except InvalidPackage as error:
        raise UntrustedPackage(
            phrase(
                "{name} {version} cannot be installed: {reason}",
                name=step.name,
                version=step.version,
                reason=error.message,
            ),
            fix=phrase("Tell its publisher, and the keeper of the registry."),
        ) from error


def _refuse_unsound(wheel: Path, known: Mapping[str, str]) -> None:
    report = audit(wheel, known)
    if not report.passed:
        first = report.errors[0]
        raise Conflict(
            phrase(
                "The audit of {name} {version} found errors: {place}: {what}",
                name=report.name,
                version=report.version,
                place=str(first.place),
                what=first.message,
            ),
            fix=phrase("Do not install it; tell its publisher: {mend}", mend=first.mend),
        )


def _migrations(place: Layout, installed: Installed | None) -> frozenset[str]:
    if installed is None:
        return frozenset()
    folder = store.code_of(place, installed) / "migrations" / "versions"
    return frozenset(path.stem for path in folder.glob("*.py"))
