"""Formulas of amounts, such as `(gross - discount) * 15 %`: read and worked out, never run as code.

    expression   term, then + or - and another term, as often as wanted
    term         factor, then * or / and another factor
    factor       a number, a name, an expression in brackets; before it a sign, after it %

Names are words of any language. It is worked out to fifty digits, and rounded at the very
end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, Overflow
from typing import Final

from core.api import InvalidInput, phrase

MAX_LENGTH: Final = 200
MAX_DEPTH: Final = 20
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>[^\W\d]\w*)|(?P<sign>[-+*/()%]))"
)
_CONTEXT: Final = Context(prec=50, Emax=1000, Emin=-1000, traps=[InvalidOperation, Overflow])


class FormulaIsWrong(InvalidInput):
    """A formula that cannot be read or worked out."""

    code = "formula-wrong"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def names_in(formula: str) -> list[str]:
    """The names in a formula, each once; raises FormulaIsWrong if it cannot be read."""
    _Reader(formula, None).value()
    return list(dict.fromkeys(token.text for token in _tokens(formula) if token.kind == "name"))


def evaluate(formula: str, values: Mapping[str, Decimal]) -> Decimal:
    """What the formula comes to; raises FormulaIsWrong naming what is missing."""
    return _Reader(formula, values).value()


def _tokens(formula: str) -> Iterator[_Token]:
    if len(formula) > MAX_LENGTH:
        raise _wrong(phrase("A formula has at most {limit} characters.", limit=MAX_LENGTH))
    text, place = formula.rstrip(), 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise _wrong(
                phrase(
                    "“{formula}” cannot be read from “{rest}” on.",
                    formula=formula,
                    rest=text[place:].strip(),
                ),
                fix=phrase("Write numbers with a point, names, + - * / % and brackets."),
            )
        yield _Token(found.lastgroup, found[found.lastgroup])
        place = found.end()


class _Reader:
    """Reads a formula from left to right. Without `values` it only looks whether it can be."""

    def __init__(self, formula: str, values: Mapping[str, Decimal] | None) -> None:
        self.formula = formula
        self.values = values
        self.tokens = list(_tokens(formula))
        self.place = 0

    def value(self) -> Decimal:
        """The value of all of it."""
        try:
            value = self._expression(0)
        except (InvalidOperation, Overflow):
            raise _wrong(
                phrase("“{formula}” cannot be worked out.", formula=self.formula)
            ) from None
        if self.place < len(self.tokens):
            raise self._unexpected()
        return value

    def _expression(self, depth: int) -> Decimal:
        value = self._term(depth)
        while (sign := self._take("+-")) is not None:
            other = self._term(depth)
            value = _CONTEXT.add(value, other if sign == "+" else other.copy_negate())
        return value

    def _term(self, depth: int) -> Decimal:
        value = self._factor(depth)
        while (sign := self._take("*/")) is not None:
            other = self._factor(depth)
            value = _CONTEXT.multiply(value, other) if sign == "*" else self._divided(value, other)
        return value

    def _divided(self, value: Decimal, by: Decimal) -> Decimal:
        if not by:
            if self.values is None:
                return Decimal(1)
            raise _wrong(phrase("“{formula}” divides by zero.", formula=self.formula))
        return _CONTEXT.divide(value, by)

    def _factor(self, depth: int) -> Decimal:
        if depth > MAX_DEPTH:
            raise _wrong(phrase("“{formula}” has too many brackets.", formula=self.formula))
        sign = self._take("+-")
        if sign is not None:
            value = self._factor(depth + 1)
            return value if sign == "+" else value.copy_negate()
        value = self._primary(depth)
        while self._take("%") is not None:
            value = _CONTEXT.multiply(value, Decimal("0.01"))
        return value

    def _primary(self, depth: int) -> Decimal:
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        if token is None:
            raise self._unexpected()
        self.place += 1
        if token.kind == "number":
            return _number(token.text)
        if token.kind == "name":
            return self._named(token.text)
        if token.text == "(":
            value = self._expression(depth + 1)
            if self._take(")") is None:
                raise self._unexpected()
            return value
        self.place -= 1
        raise self._unexpected()

    def _named(self, name: str) -> Decimal:
        if self.values is None:
            return Decimal(1)
        if name not in self.values:
            raise FormulaIsWrong.of(
                "parameters",
                phrase("Say what “{name}” is.", name=name),
                fix=phrase("Write it as {example}.", example=f"{name} = 100"),
            )
        return self.values[name]

    def _take(self, signs: str) -> str | None:
        if self.place < len(self.tokens):
            token = self.tokens[self.place]
            if token.kind == "sign" and token.text in signs:
                self.place += 1
                return token.text
        return None

    def _unexpected(self) -> InvalidInput:
        if self.place >= len(self.tokens):
            return _wrong(phrase("“{formula}” ends too early.", formula=self.formula))
        return _wrong(
            phrase(
                "“{formula}” has “{text}” where it does not belong.",
                formula=self.formula,
                text=self.tokens[self.place].text,
            )
        )


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _wrong(phrase("{text} is no number.", text=text)) from None


def _wrong(message: str, *, fix: str = "") -> InvalidInput:
    return FormulaIsWrong.of("formula", message, fix=fix)
