"""Sums of decimals that never round, however many digits they have."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact
from functools import reduce
from typing import Final

# Python's own default rounds to 28 digits in silence.
_EXACT = Context(prec=2000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])
_ZERO = Decimal(0)


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The sum; raises decimal.Inexact rather than lose a digit."""
    return reduce(_EXACT.add, values, _ZERO)


exact_add: Final = _EXACT.add
"""Two of them; raises decimal.Inexact rather than lose a digit."""


def exact_product(left: Decimal, right: Decimal) -> Decimal:
    """The product; raises decimal.Inexact rather than lose a digit."""
    return _EXACT.multiply(left, right)
