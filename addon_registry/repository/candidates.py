"""What the search for versions chooses among, in the order in which it tries them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import Version
from resolvelib import AbstractProvider

from addon_registry.repository.index import Index, Release
from core.addons.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Requirement:
    """An addon that has to be there, in a range; `asker` is None where a person asks for it."""

    name: str
    range: SpecifierSet
    asker: Candidate | None


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A version that could be chosen: installed already, from the registry, or shipped.

    A shipped one has no manifest here: what it depends on is shipped as well.
    """

    name: str
    version: Version
    manifest: Manifest | None = None
    release: Release | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """The names it depends on."""
        return () if self.manifest is None else self.manifest.depends


class Situation(AbstractProvider[Requirement, Candidate, str]):
    """The registry and the deployment, as resolvelib asks about them."""

    def __init__(
        self,
        index: Index,
        wanted: frozenset[str],
        installed: Mapping[str, Manifest],
        core_version: str,
        shipped: Mapping[str, str],
    ) -> None:
        self.index = index
        self.wanted = wanted
        self.installed = installed
        self.core_version = core_version
        self.shipped = shipped
        self._known: dict[str, tuple[Candidate, ...]] = {}

    def identify(self, requirement_or_candidate: Requirement | Candidate) -> str:
        return requirement_or_candidate.name

    def get_preference(
        self,
        identifier: str,
        resolutions: Mapping[str, Candidate],
        candidates: Mapping[str, Iterator[Candidate]],
        information: Mapping[str, Iterator[Any]],
        backtrack_causes: Sequence[Any],
    ) -> tuple[bool, bool, int, str]:
        """What caused trouble comes first, then what somebody asked for, then what has few
        versions."""
        caused = any(
            identifier in (cause.requirement.name, cause.parent and cause.parent.name)
            for cause in backtrack_causes
        )
        count = sum(1 for _ in candidates[identifier])
        return not caused, identifier not in self.wanted, count, identifier

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Requirement]],
        incompatibilities: Mapping[str, Iterator[Candidate]],
    ) -> list[Candidate]:
        ranges = [requirement.range for requirement in requirements[identifier]]
        excluded = {candidate.version for candidate in incompatibilities[identifier]}
        early = any(each.prereleases for each in ranges)
        return [
            candidate
            for candidate in self.candidates(identifier)
            if candidate.version not in excluded
            and all(each.contains(candidate.version, prereleases=True) for each in ranges)
            and (early or candidate.release is None or not candidate.version.is_prerelease)
        ]

    def is_satisfied_by(self, requirement: Requirement, candidate: Candidate) -> bool:
        return requirement.range.contains(candidate.version, prereleases=True)

    def get_dependencies(self, candidate: Candidate) -> Iterable[Requirement]:
        ranges = {} if candidate.manifest is None else candidate.manifest.ranges
        return [
            Requirement(name, SpecifierSet(ranges.get(name, "")), candidate)
            for name in candidate.needs
        ]

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """All versions that may be chosen, the preferred first."""
        if name not in self._known:
            self._known[name] = tuple(self._candidates(name))
        return self._known[name]

    def _candidates(self, name: str) -> Iterator[Candidate]:
        if name in self.shipped:
            yield Candidate(name, Version(self.shipped[name]))
            return
        offered = [
            Candidate(name, release.parsed_version, release.manifest, release)
            for release in self.index.releases(name)
            if release.offered and release.manifest.accepts_core(self.core_version)
        ]
        if name not in self.installed:
            yield from offered
            return
        manifest = self.installed[name]
        kept = Candidate(name, Version(manifest.version), manifest)
        if name in self.wanted:
            newer_first = [c for c in offered if c.version != kept.version] + [kept]
            yield from sorted(newer_first, key=lambda c: c.version, reverse=True)
        else:
            yield kept
            yield from (c for c in offered if c.version > kept.version)
