"""Which versions fit together: what has to be installed, changed or kept to get what is wanted.

Names and ranges are those of PEP 440, the search is resolvelib's. Who has an addon keeps its
version unless something that is wanted needs another; a version that nobody asked for is never
lowered, and a yanked or revoked one never chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version
from resolvelib import BaseReporter, ResolutionImpossible, ResolutionTooDeep, Resolver

from addon_registry.repository.candidates import Candidate, Requirement, Situation
from addon_registry.repository.conflicts import CannotResolve, explain
from addon_registry.repository.index import Index, Release
from core.addons.manifest import Manifest
from core.errors import InvalidInput
from core.i18n import phrase

MAX_ROUNDS = 20_000

Action = Literal["install", "upgrade", "downgrade", "keep"]


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one addon: its version then and `before`, and who needs it (`needed_by`).

    `release` is where the version comes from; None for what is kept as it is.
    """

    action: Action
    name: str
    version: str
    before: str | None
    manifest: Manifest
    release: Release | None = None
    needed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, dependencies first; those who are kept stand among them."""

    steps: tuple[Step, ...]

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.action != "keep")

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(step.release.size for step in self.changes if step.release is not None)


def resolve(
    index: Index,
    wanted: Mapping[str, str],
    *,
    installed: Mapping[str, Manifest],
    core_version: str,
    shipped: Mapping[str, str],
) -> Plan:
    """The plan that brings what is `wanted` (name to range, "" for the newest that fits).

    `installed` are the manifests of the deployment's own addons, `shipped` the versions of those
    that come with the platform. Raises InvalidInput for a range that is none and CannotResolve,
    which says who asks for what and why each version is not to be had.
    """
    roots = [Requirement(name, _range(name, text), None) for name, text in sorted(wanted.items())]
    roots += [
        Requirement(name, SpecifierSet(), None) for name in sorted(set(installed) - set(wanted))
    ]
    situation = Situation(index, frozenset(wanted), installed, core_version, shipped)
    try:
        result = Resolver(situation, BaseReporter()).resolve(roots, max_rounds=MAX_ROUNDS)
    except ResolutionImpossible as error:
        raise explain(situation, error.causes) from error
    except ResolutionTooDeep as error:
        raise CannotResolve(
            phrase("No versions that fit together were found in a reasonable time."),
            fix=phrase("Ask for fewer addons at once, or name exact versions."),
        ) from error
    try:
        return Plan(tuple(_steps(result.mapping, installed)))
    except CycleError as error:
        raise CannotResolve(
            phrase("{names} depend on each other.", names=", ".join(sorted(set(error.args[1])))),
            fix=phrase(
                "Their publishers have to mend that: one of two may only react to the other."
            ),
        ) from error


def updates(
    index: Index, *, installed: Mapping[str, Manifest], core_version: str
) -> dict[str, Release]:
    """For each installed addon the newest compatible release, where that is newer."""
    newer = {}
    for name, manifest in sorted(installed.items()):
        release = index.newest(name, core_version)
        if release is not None and release.parsed_version > Version(manifest.version):
            newer[name] = release
    return newer


def _range(name: str, text: str) -> SpecifierSet:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        raise InvalidInput.of(
            "version",
            phrase("{text} is no range of versions for {name}.", text=repr(text), name=name),
            fix=phrase("Write it as ==1.4.0 or as >=1.2,<2."),
        ) from None


def _steps(chosen: Mapping[str, Candidate], installed: Mapping[str, Manifest]) -> Iterator[Step]:
    own = {name: each for name, each in chosen.items() if each.manifest is not None}
    depends = {name: [d for d in each.needs if d in own] for name, each in own.items()}
    for name in TopologicalSorter(depends).static_order():
        candidate = own[name]
        before = installed[name].version if name in installed else None
        assert candidate.manifest is not None
        yield Step(
            _action(candidate.version, before),
            name,
            str(candidate.version),
            before,
            candidate.manifest,
            candidate.release,
            tuple(sorted(other for other, needs in depends.items() if name in needs)),
        )


def _action(version: Version, before: str | None) -> Action:
    if before is None:
        return "install"
    old = Version(before)
    if version == old:
        return "keep"
    return "upgrade" if version > old else "downgrade"
