"""Formulas between rows: `revenue - cost_of_sales`, `100 * profit / revenue`.

Four operations, brackets, numbers and the keys of rows. Read by a parser of its own into a tree,
which is worked out in decimals or written as the formula of a workbook; nothing is ever executed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from typing import Final, Literal

from core.api import phrase

LONGEST: Final = 1000
_DEEPEST: Final = 40
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|([-+*/()]))")
_DIGITS: Final = 100
Operator = Literal["+", "-", "*", "/"]


class FormulaError(ValueError):
    """Why a formula cannot be read, as a sentence for whoever wrote it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of another row."""

    key: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Two parts and what is done with them."""

    operator: Operator
    left: Tree
    right: Tree


Tree = Number | Reference | Operation


def parse(formula: str) -> Tree:
    """The formula as a tree; raises FormulaError."""
    if len(formula) > LONGEST:
        raise FormulaError(phrase("The formula is longer than {count} letters.", count=LONGEST))
    reader = _Reader(_tokens(formula))
    tree = reader.sum(0)
    if reader.next is not None:
        raise FormulaError(phrase("“{text}” is not expected here.", text=reader.next))
    return tree


def references(tree: Tree) -> tuple[str, ...]:
    """The keys that a formula names, each once, in their order."""
    match tree:
        case Reference(key):
            return (key,)
        case Operation(_, left, right):
            return tuple(dict.fromkeys((*references(left), *references(right))))
        case _:
            return ()


def work_out(tree: Tree, value_of: Callable[[str], Decimal | None]) -> Decimal | None:
    """The value; None where a part has none, or something is divided by zero."""
    with localcontext() as context:
        context.prec = _DIGITS
        try:
            return _worked_out(tree, value_of)
        except (DivisionByZero, InvalidOperation, Overflow):
            return None


def signs_of(tree: Tree) -> Mapping[str, int] | None:
    """By key whether a row is added or taken away, if sums are all that the formula does."""
    signs: dict[str, int] = {}

    def walk(part: Tree, sign: int) -> bool:
        match part:
            case Reference(key):
                signs[key] = signs.get(key, 0) + sign
                return True
            case Operation("+", left, right):
                return walk(left, sign) and walk(right, sign)
            case Operation("-", left, right):
                return walk(left, sign) and walk(right, -sign)
            case Number(value):
                return value == 0
        return False

    return signs if walk(tree, 1) else None


def written(tree: Tree, name_of: Callable[[str], str]) -> str:
    """The formula with other names for the rows, such as the cells of a workbook."""
    match tree:
        case Number(value):
            return f"{value:f}"
        case Reference(key):
            return name_of(key)
        case Operation(operator, left, right):
            return f"({written(left, name_of)}{operator}{written(right, name_of)})"
    raise TypeError(tree)


def _worked_out(tree: Tree, value_of: Callable[[str], Decimal | None]) -> Decimal | None:
    match tree:
        case Number(value):
            return value
        case Reference(key):
            return value_of(key)
        case Operation(operator, left_tree, right_tree):
            left = _worked_out(left_tree, value_of)
            right = _worked_out(right_tree, value_of)
            if left is None or right is None:
                return None
            return _DO[operator](left, right)
    raise TypeError(tree)


_DO: Final[Mapping[Operator, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}


def _tokens(formula: str) -> list[str]:
    found, place, end = [], 0, len(formula.rstrip())
    while place < end:
        match = _TOKEN.match(formula, place)
        if match is None:
            rest = formula[place:].strip()
            raise FormulaError(
                phrase("“{text}” is neither a row, a number nor + - * / ( ).", text=rest[:20])
            )
        found.append(match[1] or match[2] or match[3])
        place = match.end()
    return found


class _Reader:
    """Reads tokens by precedence: sums of products of atoms."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def next(self) -> str | None:
        """The token that comes next; None at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self) -> str:
        token = self.next
        if token is None:
            raise FormulaError(phrase("The formula ends too early."))
        self._place += 1
        return token

    def sum(self, depth: int) -> Tree:
        """Products, added and taken away."""
        tree = self._product(depth)
        while self.next in ("+", "-"):
            operator: Operator = "+" if self._take() == "+" else "-"
            tree = Operation(operator, tree, self._product(depth))
        return tree

    def _product(self, depth: int) -> Tree:
        tree = self._atom(depth)
        while self.next in ("*", "/"):
            operator: Operator = "*" if self._take() == "*" else "/"
            tree = Operation(operator, tree, self._atom(depth))
        return tree

    def _atom(self, depth: int) -> Tree:
        if depth > _DEEPEST:
            raise FormulaError(phrase("The formula has too many brackets within brackets."))
        part = self._take()
        if part == "-":
            return Operation("-", Number(Decimal(0)), self._atom(depth + 1))
        if part == "(":
            tree = self.sum(depth + 1)
            if self.next != ")":
                raise FormulaError(phrase("A bracket is not closed."))
            self._take()
            return tree
        if part[0].isdigit():
            return Number(Decimal(part))
        if part[0].isalpha() or part[0] == "_":
            return Reference(part)
        raise FormulaError(phrase("“{text}” is not expected here.", text=part))
