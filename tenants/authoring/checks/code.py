"""An addon's files and imports, read as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from core.addons.doors import allowed
from core.addons.imports import imports_of
from tenants.authoring.finding import Finding, Subject

_LAYERS = (
    ("plugin",),
    ("routes", "views", "jobs", "imports", "cards"),
    ("reactions",),
    ("api",),
    ("services",),
    ("extension_points",),
    ("models", "events", "errors", "permissions", "options"),
    ("samples",),
    ("authority", "rules"),
    ("documents",),
)
"""From the top down: a file imports those of the layers below its own. Below the models is what
needs no database: the documents of an authority, its rules, and its protocol."""
_NAMED = ("extension_points", "services")
"""A protocol names the values that its implementers are given; only type checks read that."""
_DEPTH = {name: depth for depth, names in enumerate(_LAYERS) for name in names}
KNOWN = frozenset({"__init__", "migrations", *_DEPTH})
FOLDERS = KNOWN | {"templates", "static", "locale", "tests", "__pycache__"}


def files(subject: Subject) -> Iterator[Finding]:
    """Only the file names that every addon has; more goes into services/ or models/."""
    for child in sorted(subject.addon.folder.glob("[!.]*")):
        known = child.stem in KNOWN if child.suffix == ".py" else child.name in FOLDERS
        if (child.suffix == ".py" or child.is_dir()) and not known:
            yield Finding(
                "files",
                f"{child.name} is not one of an addon's files; put it into services/,"
                f" or give it one of the names {', '.join(_DEPTH)}.",
                child.name,
            )


def imports(subject: Subject) -> Iterator[Finding]:
    """Through the api door only, and only what the manifest names."""
    addons = frozenset(subject.kernel.catalog.addons) - {"core", "tenants"}
    for found in _imports(subject):
        if not allowed(subject.addon.manifest, found.module, found.imported, addons=addons):
            yield Finding(
                "imports",
                f"{found.imported} may not be imported: use core.api, or the api of an addon that"
                " the manifest names under depends (under reacts_to: in"
                " reactions/<that addon>.py).",
                found.place,
            )


def layers(subject: Subject) -> Iterator[Finding]:
    """Inside an addon imports run down, so that each file can be read without those above it."""
    own = f"{subject.addon.package}."
    for found in _imports(subject):
        if not found.imported.startswith(own):
            continue
        here = found.module.split(".")[0]
        there = found.imported.removeprefix(own).split(".")[0]
        if (here, there) == _NAMED:
            continue
        if here != there and _DEPTH.get(there, len(_LAYERS)) <= _DEPTH.get(here, -1):
            yield Finding(
                "layers",
                f"{here} may not import {there}: it is not of a layer below;"
                " move what both need into services or models.",
                found.place,
            )


@dataclass(frozen=True, slots=True)
class _Import:
    """An import: in which module of the addon, of what, and where it stands."""

    module: str
    imported: str
    place: str


def _imports(subject: Subject) -> Iterator[_Import]:
    """Of what runs in the platform: not of tests, nor of migrations, which are history."""
    folder = subject.addon.folder
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(folder)
        if relative.parts[0] not in ("tests", "migrations"):
            module = ".".join(relative.with_suffix("").parts)
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for imported, line in imports_of(tree, f"{subject.addon.package}.{module}"):
                yield _Import(module, imported, f"{relative.as_posix()}:{line}")
