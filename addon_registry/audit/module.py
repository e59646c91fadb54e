"""A Python file of an addon, and what the names in it stand for.

`run` is `subprocess.run` after `from subprocess import run`. A name that is merely mentioned counts
as much as one that is called, since it can be called later.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from addon_registry.audit.strings import Strings

UNKNOWN: Final = "?"
_BUILTINS: Final = frozenset(dir(builtins)) | {"__builtins__", "__loader__"}


def names(words: str) -> frozenset[str]:
    """Dotted names, written one after the other."""
    return frozenset(words.split())


def is_below(name: str, those: frozenset[str]) -> bool:
    """Whether this dotted name is one of those, or in one of them."""
    parts = name.split(".")
    return any(".".join(parts[:length]) in those for length in range(1, len(parts) + 1))


@dataclass(frozen=True, slots=True)
class Use:
    """A dotted name in use, and its line. A method of something unknown begins with `?`."""

    name: str
    line: int


@dataclass(frozen=True, eq=False)
class Module:
    """A Python file: its path in the addon, its dotted name there, its text and its tree."""

    path: str
    name: str
    text: str
    tree: ast.Module

    @property
    def is_migration(self) -> bool:
        return self.path.startswith("migrations/")

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the tree, from above."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def strings(self) -> Strings:
        """What its strings are made of."""
        return Strings(self.tree)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What imports bind: local name -> dotted name."""
        bound: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.split(".")[0]
                    bound[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return bound

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every absolute import, and every name in use, the longest of each chain."""
        return (*_imported(self), *_used(self))

    @cached_property
    def own_names(self) -> frozenset[str]:
        """Names that the file gives a meaning of its own, anywhere."""
        return frozenset(_bound(self))

    def dotted(self, node: ast.AST) -> str:
        """The dotted name that this expression stands for, or empty if it is none."""
        if isinstance(node, ast.Name):
            if node.id in self.aliases:
                return self.aliases[node.id]
            builtin = node.id in _BUILTINS and node.id not in self.own_names
            return f"builtins.{node.id}" if builtin else ""
        if isinstance(node, ast.Attribute):
            origin = self.dotted(node.value)
            return f"{origin}.{node.attr}" if origin else ""
        return ""


def _imported(module: Module) -> Iterator[Use]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (Use(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (Use(f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _used(module: Module) -> Iterator[Use]:
    todo: list[ast.AST] = [module.tree]
    while todo:
        here = todo.pop()
        if isinstance(here, ast.Name | ast.Attribute):
            name = module.dotted(here)
            if name:
                yield Use(name, here.lineno)
                continue
            if isinstance(here, ast.Attribute):
                yield Use(f"{UNKNOWN}.{here.attr}", here.lineno)
        todo.extend(ast.iter_child_nodes(here))


def _bound(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
