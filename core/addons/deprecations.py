"""Which lines of an addon use what the platform will drop. Its files are read, not run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Final

from core.deprecation import Deprecation, deprecation_of

DOOR: Final = "core.api"
"""All that an addon may import of the kernel."""


@dataclass(frozen=True, slots=True)
class DeprecatedUse:
    """A line of an addon, and the name in `core.api` that it uses."""

    place: str
    name: str
    deprecation: Deprecation


@lru_cache(maxsize=256)
def uses_of(folder: Path, digest: str) -> tuple[DeprecatedUse, ...]:
    """The uses in the addon of this folder. They are looked for once in a process for the files
    of one `digest`."""
    marked = _marked()
    if not marked:
        return ()
    return tuple(use for file in sorted(folder.rglob("*.py")) for use in _in(file, folder, marked))


def _marked() -> Mapping[str, Deprecation]:
    door = import_module(DOOR)
    found = {name: deprecation_of(getattr(door, name)) for name in door.__all__}
    return {name: mark for name, mark in found.items() if mark is not None}


def _in(file: Path, folder: Path, marked: Mapping[str, Deprecation]) -> Iterator[DeprecatedUse]:
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return  # the checks and the loader say what is wrong with it
    names, modules = _imported(tree, marked)
    for node in ast.walk(tree):
        name = _used(node, names, modules)
        if name in marked:
            line = getattr(node, "lineno", 0)
            place = f"{file.relative_to(folder).as_posix()}:{line}"
            yield DeprecatedUse(place, name, marked[name])


def _imported(
    tree: ast.Module, marked: Mapping[str, Deprecation]
) -> tuple[Mapping[str, str], frozenset[str]]:
    """What marked names are called in a file, and under which names it knows the door itself."""
    names: dict[str, str] = {}
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == DOOR:
            names |= {a.asname or a.name: a.name for a in node.names if a.name in marked}
        elif isinstance(node, ast.ImportFrom) and node.module == "core":
            modules |= {a.asname or a.name for a in node.names if a.name == "api"}
        elif isinstance(node, ast.Import):
            modules |= {a.asname or a.name for a in node.names if a.name == DOOR}
    return names, frozenset(modules)


def _used(node: ast.AST, names: Mapping[str, str], modules: frozenset[str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) in modules:
        return node.attr
    return ""
