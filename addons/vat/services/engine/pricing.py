"""From quantities, prices and discounts to the exact amount of each line, before any tax."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from addons.vat.services.engine.rounding import EXACT, product, quotient, share, to_digits, total
from addons.vat.services.engine.values import Document, Line

_HUNDRED = Decimal(100)


def keys_of(lines: Sequence[Line]) -> list[tuple[Decimal | str, ...]]:
    """What tells lines apart, the same for a line and its return, wherever they stand."""
    return [
        (
            "+".join(rule.code for rule in line.taxes),
            abs(line.quantity),
            abs(line.price),
            line.discount_percent,
            abs(line.discount),
        )
        for line in lines
    ]


def amounts(document: Document) -> list[Decimal]:
    """Quantity times price less all discounts, with all digits, in the terms of the prices.

    The discount on the document as an amount is shared out over the lines by their size, in whole
    units of the currency, so that the lines still sum to what was agreed.
    """
    of_lines = [_of_line(line) for line in document.lines]
    if document.discount_percent:
        kept = quotient(EXACT.subtract(_HUNDRED, document.discount_percent), _HUNDRED)
        of_lines = [product(amount, kept) for amount in of_lines]
    if not document.discount:
        return of_lines
    sizes = [abs(amount) for amount in of_lines]
    size = total(sizes)
    if not size:
        raise ValueError("a discount on lines that come to nothing")
    discount = to_digits(document.discount, document.digits)
    exact = [quotient(product(discount, part), size) for part in sizes]
    parts = share(discount, exact, document.digits, keys_of(document.lines))
    return [EXACT.subtract(amount, part) for amount, part in zip(of_lines, parts, strict=True)]


def _of_line(line: Line) -> Decimal:
    amount = product(line.quantity, line.price)
    if line.discount_percent:
        kept = quotient(EXACT.subtract(_HUNDRED, line.discount_percent), _HUNDRED)
        amount = product(amount, kept)
    return EXACT.subtract(amount, line.discount)
