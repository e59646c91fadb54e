"""Which strings of a module its author wrote, and which are put together from what others give."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final

from addon_registry.audit.bindings import Bindings

_FURTHEST: Final = 20
"""How far a value is followed; what comes from further away is not known."""

_JOINING: Final = frozenset({"format", "format_map", "join", "replace", "strip", "upper", "lower"})


class Strings:
    """What the strings of one module are made of."""

    def __init__(self, tree: ast.Module) -> None:
        self._bound = Bindings(tree)

    def text_of(self, node: ast.AST) -> str | None:
        """The string that this expression gives, or None if that depends on anything.

        A name that runs over a written-out list stands for the first value in it.
        """
        return self._text(node, _FURTHEST)

    def texts_of(self, node: ast.expr) -> list[tuple[str, int]]:
        """The strings that this expression may give, as far as they are known, and their lines."""
        values = self._bound.values(node) if isinstance(node, ast.Name) else [node]
        found = ((self.text_of(value), getattr(value, "lineno", node.lineno)) for value in values)
        return [(text, line) for text, line in found if text is not None]

    def is_built(self, node: ast.AST) -> bool:
        """Whether the expression puts a string together, and not all of its parts stand in the
        module: constants (also imported ones, in capitals), and choices between them."""
        return self._puts_together(node, _FURTHEST) and not self._written(node, frozenset())

    def _text(self, node: ast.AST, further: int) -> str | None:
        if not further:
            return None
        if isinstance(node, ast.Constant):
            return str(node.value) if isinstance(node.value, str | int) else None
        if isinstance(node, ast.FormattedValue):
            return self._text(node.value, further - 1)
        if isinstance(node, ast.JoinedStr):
            return self._joined(node.values, further)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined([node.left, node.right], further)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            held, index = node.value, node.slice.value
            if isinstance(held, ast.Tuple | ast.List) and isinstance(index, int):
                return self._text(held.elts[index], further - 1) if index < len(held.elts) else None
        if isinstance(node, ast.Name):
            texts = [self._text(value, further - 1) for value in self._bound.values(node)]
            return None if not texts or None in texts else texts[0]
        return None

    def _joined(self, nodes: Iterable[ast.expr], further: int) -> str | None:
        parts = [self._text(part, further - 1) for part in nodes]
        return None if None in parts else "".join(part or "" for part in parts)

    def _puts_together(self, node: ast.AST, further: int) -> bool:
        if not further:
            return False
        if isinstance(node, ast.JoinedStr):
            return any(isinstance(part, ast.FormattedValue) for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            return any(self._is_text(side, further - 1) for side in (node.left, node.right))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return node.func.attr in _JOINING and self._is_text(node.func.value, further - 1)
        if isinstance(node, ast.Name):
            return any(self._puts_together(v, further - 1) for v in self._bound.values(node))
        return False

    def _is_text(self, node: ast.AST, further: int) -> bool:
        return self._text(node, further) is not None or self._puts_together(node, further)

    def _written(self, node: ast.AST, seen: frozenset[int]) -> bool:
        """Whether every part stands in the module. A part that refers to itself adds nothing."""
        if id(node) in seen:
            return True
        seen = seen | {id(node)}
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.Name):
            values = self._bound.values(node)
            return self._all_written(values, seen) if values else node.id.isupper()
        if isinstance(node, ast.Attribute):
            return node.attr.strip("_").isupper()
        if isinstance(node, ast.Subscript):
            return self._part_written(node, seen)
        if isinstance(node, ast.Call):
            return self._call_written(node, seen)
        if isinstance(node, ast.IfExp):
            return self._all_written((node.body, node.orelse), seen)
        return self._composed_written(node, seen)

    def _composed_written(self, node: ast.AST, seen: frozenset[int]) -> bool:
        if isinstance(node, ast.JoinedStr | ast.BoolOp):
            return self._all_written(node.values, seen)
        if isinstance(node, ast.FormattedValue | ast.Starred):
            return self._written(node.value, seen)
        if isinstance(node, ast.BinOp):
            return self._all_written((node.left, node.right), seen)
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return self._all_written(node.elts, seen)
        if isinstance(node, ast.Dict):
            return self._all_written(node.values, seen)
        if isinstance(node, ast.GeneratorExp | ast.ListComp):
            return self._written(node.elt, seen)
        return False

    def _all_written(self, nodes: Iterable[ast.AST], seen: frozenset[int]) -> bool:
        return all(self._written(node, seen) for node in nodes)

    def _part_written(self, node: ast.Subscript, seen: frozenset[int]) -> bool:
        """One part of a tuple or of what a function returns; any of a dictionary."""
        held = node.value
        wholes = self._bound.returned(held.func) if isinstance(held, ast.Call) else [held]
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        parts = [
            whole.elts[index]
            if isinstance(whole, ast.Tuple | ast.List)
            and isinstance(index, int)
            and index < len(whole.elts)
            else whole
            for whole in wholes
        ]
        return bool(parts) and self._all_written(parts, seen)

    def _call_written(self, node: ast.Call, seen: frozenset[int]) -> bool:
        """Joining what is written; or a function of this module that returns what is."""
        if isinstance(node.func, ast.Attribute) and node.func.attr in _JOINING:
            given = (*node.args, *(keyword.value for keyword in node.keywords))
            return self._all_written((node.func.value, *given), seen)
        returned = self._bound.returned(node.func)
        return bool(returned) and self._all_written(returned, seen)
