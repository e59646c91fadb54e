"""Which strings of a module are known before it runs, and which are put together while it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from addon_registry.audit.module import Module

_MOST: Final = 12
"""How far a string is followed; whatever is put together further away is not known."""

_UNKNOWN: Final = ast.Pass()
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Scope = dict[str, list[ast.AST]]


class Strings:
    """What names hold in a module, by the function they are in."""

    def __init__(self, module: Module) -> None:
        self._scopes: dict[int, tuple[_Scope, ...]] = {}
        self._read(module.tree, ({},))

    def text_of(self, node: ast.AST) -> str | None:
        """The string that this expression always gives, or None if that depends on anything.

        A name that runs over a written-out list stands for the first value in it.
        """
        return self._text(node, _MOST)

    def is_built(self, node: ast.AST) -> bool:
        """Whether the expression puts a string together from what is not known beforehand."""
        return self._built(node, _MOST)

    def _text(self, node: ast.AST, depth: int) -> str | None:
        if not depth:
            return None
        if isinstance(node, ast.Constant):
            return str(node.value) if isinstance(node.value, str | int) else None
        if isinstance(node, ast.FormattedValue):
            return self._text(node.value, depth - 1)
        if isinstance(node, ast.JoinedStr):
            return self._joined(node.values, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined([node.left, node.right], depth)
        if isinstance(node, ast.Name):
            texts = [self._text(value, depth - 1) for value in self._values(node)]
            return None if not texts or None in texts else texts[0]
        return None

    def _joined(self, nodes: list[ast.expr], depth: int) -> str | None:
        parts = [self._text(part, depth - 1) for part in nodes]
        return None if None in parts else "".join(part or "" for part in parts)

    def _built(self, node: ast.AST, depth: int) -> bool:
        if not depth or self._text(node, depth) is not None:
            return False
        if isinstance(node, ast.JoinedStr):
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            return any(self._is_text(side, depth - 1) for side in (node.left, node.right))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            joins = node.func.attr in ("format", "format_map", "join", "replace")
            return joins and self._is_text(node.func.value, depth - 1)
        if isinstance(node, ast.Name):
            return any(self._built(value, depth - 1) for value in self._values(node))
        return False

    def _is_text(self, node: ast.AST, depth: int) -> bool:
        return self._text(node, depth) is not None or self._built(node, depth)

    def _values(self, name: ast.Name) -> list[ast.AST]:
        for scope in reversed(self._scopes.get(id(name), ())):
            if name.id in scope:
                return scope[name.id]
        return []

    def _read(self, node: ast.AST, scopes: tuple[_Scope, ...]) -> None:
        """Note what is bound where, and in which scopes each name is looked up."""
        if isinstance(node, ast.Name):
            self._scopes[id(node)] = scopes
        inner = (*scopes, {}) if isinstance(node, _Function) else scopes
        for target, value in _bindings(node, inner):
            for name, held in _paired(target, value):
                inner[-1].setdefault(name, []).append(held)
        for child in ast.iter_child_nodes(node):
            self._read(child, inner)


def _bindings(node: ast.AST, scopes: tuple[_Scope, ...]) -> Iterator[tuple[ast.AST, ast.AST]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, ast.AugAssign):
        yield node.target, ast.BinOp(node.value, node.op, node.value)
    elif isinstance(node, ast.For | ast.comprehension):
        yield from ((node.target, item) for item in _items(node.iter, scopes))
    elif isinstance(node, ast.arg):
        yield ast.Name(node.arg), _UNKNOWN


def _items(node: ast.AST, scopes: tuple[_Scope, ...]) -> list[ast.AST]:
    """What a loop runs over, where that is written out."""
    if isinstance(node, ast.Name):
        held = next((scope[node.id] for scope in reversed(scopes) if node.id in scope), [])
        node = held[0] if len(held) == 1 else node
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and node.elts:
        return list(node.elts)
    return [_UNKNOWN]


def _paired(target: ast.AST, value: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        whole = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        parts = value.elts if whole else [_UNKNOWN] * len(target.elts)  # type: ignore[union-attr]
        for part, held in zip(target.elts, parts, strict=True):
            yield from _paired(part, held)
