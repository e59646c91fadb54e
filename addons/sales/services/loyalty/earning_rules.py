"""How many points a sale earns: values in, values out, so that a till can work it out by itself.

Points are whole. They are worked out from the sum of all lines, so that a sale of many small things
earns what one of a large thing does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from addons.sales.services.amounts import EXACT, ZERO

ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class EarningRule:
    """How often the points count for what fits; what is None or empty fits everything."""

    factor: Decimal
    product_id: int | None = None
    category_id: int | None = None
    group_id: int | None = None
    weekdays: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def fits(
        self, product_id: int | None, categories: Sequence[int], group_id: int | None, day: date
    ) -> bool:
        """Whether a line of a customer of this group, sold on this day, falls under it; its
        categories are the product's own and those above it."""
        return (
            (self.product_id is None or self.product_id == product_id)
            and (self.category_id is None or self.category_id in categories)
            and (self.group_id is None or self.group_id == group_id)
            and (not self.weekdays or str(day.isoweekday()) in self.weekdays)
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class SoldAmount:
    """What a line earns on: its net, and how often its points count."""

    line_id: int
    net: Decimal
    factor: Decimal


def factor_of(
    rules: Sequence[EarningRule],
    product_id: int | None,
    categories: Sequence[int],
    group_id: int | None,
    day: date,
) -> Decimal:
    """How often the points of a line count: by the first rule that fits it, else once."""
    for rule in rules:
        if rule.fits(product_id, categories, group_id, day):
            return rule.factor
    return ONE


def points_for(sold: Iterable[SoldAmount], earn_points: Decimal, earn_amount: Decimal) -> Decimal:
    """The points for these amounts: `earn_points` for each `earn_amount`, in whole points.

    >>> line = SoldAmount(1, Decimal("99.90"), Decimal(2))
    >>> points_for([line], Decimal(1), Decimal(10))
    Decimal('19')
    """
    counted = sum((EXACT.multiply(one.net, one.factor) for one in sold), ZERO)
    exact = EXACT.divide(EXACT.multiply(max(counted, ZERO), earn_points), earn_amount)
    return exact.to_integral_value(ROUND_FLOOR)


def worth_of(
    points: Decimal,
    point_value: Decimal,
    expected_use: Decimal,
    net: Decimal,
    total: Decimal,
) -> Decimal:
    """What of the net of a sale is the price of the points that it earns.

    Points are a material right: part of the price is paid for them, in proportion to the prices at
    which goods and points would sell alone (IFRS 15.74, B40 and B42). Points alone are worth what
    they take off later bills, without the tax in it, as often as they are expected to be used.
    """
    if net <= 0 or total <= 0:
        return ZERO
    bill = EXACT.multiply(EXACT.multiply(points, point_value), expected_use / Decimal(100))
    alone = EXACT.divide(EXACT.multiply(bill, net), total)
    return EXACT.divide(EXACT.multiply(net, alone), EXACT.add(net, alone))
