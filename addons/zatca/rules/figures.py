"""Numbers as the authority's rules count: exact decimals here, binary doubles there.

Its assertions are XPath 2.0. `xs:decimal` counts exactly; arithmetic on untyped text counts in
doubles; `round` goes half up towards plus infinity, `format-number` half to even on the shortest
decimal of a double. A sum of ours that is right by one and wrong by the other would be rejected
all the same, so the two are kept apart here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from addons.zatca.rules.nodes import Node, squeeze

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_CENT = Decimal("0.01")
_HALF = Decimal("0.5")
_WIDE = Context(prec=60)


def decimal(text: str | None) -> Decimal | None:
    """The number that a text is, or None. Only plain ASCII digits are one."""
    tidy = squeeze(text or "")
    return Decimal(tidy) if _DECIMAL.fullmatch(tidy) else None


def at(node: Node, path: str) -> Decimal | None:
    """The number in the first element at a path."""
    found = node.one(path)
    return None if found is None else decimal(found.text)


def total(nodes: Iterable[Node], path: str) -> Decimal:
    """The sum of what is a number at a path under each node."""
    return sum((at(node, path) or Decimal(0) for node in nodes), Decimal(0))


def rounded(value: Decimal) -> Decimal:
    """Two decimals, half up towards plus infinity."""
    scaled = _WIDE.add(_WIDE.multiply(value, Decimal(100)), _HALF)
    return scaled.to_integral_value(ROUND_FLOOR) / 100


def rounded_double(value: float) -> float:
    """The same on a double: its binary value decides what a half is."""
    return float((Decimal(value * 100) + _HALF).to_integral_value(ROUND_FLOOR)) / 100


def shown(value: float | None) -> Decimal | None:
    """A double with two decimals as `format-number` writes it."""
    if value is None:
        return None
    return Decimal(repr(value)).quantize(_CENT, ROUND_HALF_EVEN, _WIDE)


def double(node: Node, path: str) -> float | None:
    """The double in the first element at a path."""
    number = at(node, path)
    return None if number is None else float(number)


def is_zero(node: Node, path: str) -> bool:
    """Is one of the numbers at a path zero?"""
    return any(decimal(one.text) == 0 for one in node.every(path))


def decimals(text: str) -> int:
    """How many characters stand after the first point."""
    return len(text.partition(".")[2])
