"""What an installation would do, read from verified wheels as data: nothing of them is imported."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from addon_registry.package import requirements
from addon_registry.package.verifying import Verified
from addon_registry.repository.index import AuditNote
from addon_registry.repository.resolving import Step


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one addon, and all that its publisher declares of that version.

    `migrations` are those that the version before did not have, `tables` all that it has now.
    """

    action: str
    name: str
    title: str
    version: str
    before: str | None
    needed_by: tuple[str, ...]
    publisher: str
    key_id: str
    tier: str
    licence: str
    size: int
    unpacked: int
    depends: tuple[str, ...]
    permissions: tuple[str, ...]
    hosts: tuple[str, ...]
    needs: tuple[str, ...]
    privacy: str
    tables: tuple[str, ...]
    migrations: tuple[str, ...]
    packages: tuple[str, ...]
    audit: tuple[AuditNote, ...]
    changelog: str


def change_of(step: Step, wheel: Path, verified: Verified, before: frozenset[str]) -> Change:
    """The change that this step of a plan makes; `before` are migrations that are there already."""
    release, manifest = step.release, verified.manifest
    assert release is not None, "a step that changes something has a release"
    with zipfile.ZipFile(wheel) as archive:
        sources = {path: archive.read(path) for path in verified.files if path.endswith(".py")}
        listed = f"{manifest.name}/{requirements.FILE_NAME}"
        locked = archive.read(listed).decode() if listed in verified.files else ""
    found = migrations_in(sources)
    return Change(
        action=step.action,
        name=step.name,
        title=manifest.title,
        version=step.version,
        before=step.before,
        needed_by=step.needed_by,
        publisher=verified.publisher.name,
        key_id=verified.statement.key_id,
        tier=release.tier,
        licence=manifest.licence,
        size=release.size,
        unpacked=verified.contents.size,
        depends=tuple(f"{n} {manifest.ranges.get(n, '')}".strip() for n in manifest.depends),
        permissions=manifest.permissions,
        hosts=manifest.hosts,
        needs=manifest.needs,
        privacy=manifest.privacy,
        tables=tuple(sorted(_tables(sources))),
        migrations=tuple(name for name in found if name not in before),
        packages=tuple(each.requirement for each in requirements.read_locked(locked)),
        audit=release.audit,
        changelog=release.changelog,
    )


def migrations_in(files: Iterable[str]) -> tuple[str, ...]:
    """Names of the migrations among these files of a package, in their order."""
    return tuple(
        sorted(
            PurePosixPath(path).stem
            for path in files
            if PurePosixPath(path).parts[1:3] == ("migrations", "versions")
        )
    )


def _tables(sources: dict[str, bytes]) -> Iterator[str]:
    """What the models call their tables."""
    for path, source in sources.items():
        if "models" not in PurePosixPath(path).with_suffix("").parts:
            continue
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Assign)
                and any(isinstance(t, ast.Name) and t.id == "__tablename__" for t in node.targets)
                and isinstance(node.value, ast.Constant)
            ):
                yield str(node.value.value)
