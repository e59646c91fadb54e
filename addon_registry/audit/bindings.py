"""What the names of a module are bound to, by the function in which they are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

UNKNOWN: Final = ast.Pass()
"""What a name holds that is a parameter, or comes from anywhere else."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Scope = dict[str, list[ast.AST]]


class Bindings:
    """Everything that each name of a module is given, written before or after its use."""

    def __init__(self, tree: ast.Module) -> None:
        self._scopes: dict[int, tuple[_Scope, ...]] = {}
        self._returns: dict[str, list[ast.expr]] = {}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self._returns[node.name] = [
                    found.value or ast.Constant(None)
                    for found in ast.walk(node)
                    if isinstance(found, ast.Return)
                ]
        self._read(tree, ({},))

    def values(self, name: ast.Name) -> list[ast.AST]:
        """What this name may hold where it stands; nothing, if the module never binds it."""
        for scope in reversed(self._scopes.get(id(name), ())):
            if name.id in scope:
                return scope[name.id]
        return []

    def returned(self, function: ast.expr) -> list[ast.expr]:
        """What a function of this module may return; nothing for others."""
        return self._returns.get(function.id, []) if isinstance(function, ast.Name) else []

    def _read(self, node: ast.AST, scopes: tuple[_Scope, ...]) -> None:
        """Note what is bound where, and in which scopes each name is looked up."""
        if isinstance(node, ast.Name):
            self._scopes[id(node)] = scopes
        inner = (*scopes, {}) if isinstance(node, _Function) else scopes
        for target, value in _bound_by(node, inner):
            for name, held in _paired(target, value):
                inner[-1].setdefault(name, []).append(held)
        for child in ast.iter_child_nodes(node):
            self._read(child, inner)


def _bound_by(node: ast.AST, scopes: tuple[_Scope, ...]) -> Iterator[tuple[ast.AST, ast.AST]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
        if node.value is not None:
            yield node.target, node.value
    elif isinstance(node, ast.For | ast.comprehension):
        yield from ((node.target, item) for item in _items(node.iter, scopes))
    elif isinstance(node, ast.arg):
        yield ast.Name(node.arg), UNKNOWN


def _items(node: ast.AST, scopes: tuple[_Scope, ...]) -> list[ast.AST]:
    """What a loop runs over, where that is written out."""
    if isinstance(node, ast.Name):
        held = next((scope[node.id] for scope in reversed(scopes) if node.id in scope), [])
        node = held[0] if len(held) == 1 else node
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and node.elts:
        return list(node.elts)
    return [UNKNOWN]


def _paired(target: ast.AST, value: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        for index, part in enumerate(target.elts):
            whole = isinstance(value, ast.expr)
            held = ast.Subscript(value, ast.Constant(index)) if whole else value
            yield from _paired(part, held)
