"""Why no versions fit together, in sentences: who asks for what, and what is not to be had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from addon_registry.repository.candidates import Requirement, Situation
from addon_registry.repository.index import Release
from core.errors import Conflict
from core.i18n import phrase

MAX_VERSIONS = 5
"""So many versions of one addon are explained one by one."""


class CannotResolve(Conflict):
    """No versions fit together; the message says who asks for what, and why it is not to be had."""

    code = "cannot-resolve"


def explain(situation: Situation, causes: Iterable[Any]) -> CannotResolve:
    """The error for these causes, as resolvelib found them."""
    asked: dict[str, list[Requirement]] = {}
    for cause in causes:
        wishes = asked.setdefault(cause.requirement.name, [])
        if cause.requirement not in wishes:
            wishes.append(cause.requirement)
    reasons = [
        sentence
        for name, wishes in sorted(asked.items())
        for sentence in (*_wishes(situation, wishes), *_obstacles(situation, name, wishes))
    ]
    return CannotResolve(
        phrase("This cannot be installed: {reasons}", reasons=" ".join(dict.fromkeys(reasons))),
        fix=phrase("Choose other versions, or remove what stands in the way."),
    )


def _wishes(situation: Situation, wishes: list[Requirement]) -> Iterator[str]:
    for wish in wishes:
        if wish.asker is not None:
            yield phrase(
                "{asker} {version} needs {name}.",
                asker=wish.asker.name,
                version=wish.asker.version,
                name=_with_range(wish),
            )
        elif wish.name in situation.wanted:
            yield phrase("{name} is asked for.", name=_with_range(wish))
        else:
            yield phrase("{name} is installed.", name=wish.name)


def _obstacles(situation: Situation, name: str, wishes: list[Requirement]) -> Iterator[str]:
    """Why no version of this addon serves all who ask for it."""
    if name in situation.shipped:
        yield phrase(
            "{name} {version} comes with the platform, and no other version can be had.",
            name=name,
            version=situation.shipped[name],
        )
        return
    releases = situation.index.releases(name)
    if not releases and name not in situation.installed:
        yield phrase("{name} is not in the registry.", name=name)
        return
    fitting = [r for r in releases if all(wish.range.contains(r.version, True) for wish in wishes)]
    if not fitting:
        yield phrase(
            "No version of {name} fits; there are {versions}.",
            name=name,
            versions=", ".join(r.version for r in releases[:MAX_VERSIONS]) or "-",
        )
    for release in fitting[:MAX_VERSIONS]:
        sentence = _obstacle(situation, release)
        if sentence is not None:
            yield sentence


def _obstacle(situation: Situation, release: Release) -> str | None:
    who = {"name": release.name, "version": release.version}
    if release.revoked:
        return phrase("{name} {version} was revoked: {why}.", **who, why=release.revoked)
    if release.yanked:
        return phrase("{name} {version} was withdrawn: {why}.", **who, why=release.yanked)
    if not release.manifest.accepts_core(situation.core_version):
        return phrase(
            "{name} {version} needs core {range}, and this is {core}.",
            **who,
            range=release.manifest.core,
            core=situation.core_version,
        )
    installed = situation.installed.get(release.name)
    if installed is not None and release.name not in situation.wanted:
        return phrase(
            "{name} {version} is older than {installed}, which is installed; ask for it by name.",
            **who,
            installed=installed.version,
        )
    if release.parsed_version.is_prerelease:
        return phrase("{name} {version} is a pre-release; ask for it by its version.", **who)
    return None


def _with_range(wish: Requirement) -> str:
    return f"{wish.name} {wish.range}".rstrip()
