"""How much to order: rules without the database."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Final

ZERO: Final = Decimal(0)


def to_order(
    forecast: Decimal, *, minimum: Decimal, maximum: Decimal, multiple: Decimal
) -> Decimal:
    """What brings a forecast that fell below the minimum up to the maximum at least, in whole
    multiples; nothing where it is high enough."""
    if forecast >= minimum:
        return ZERO
    wanted = maximum - forecast
    return (wanted / multiple).to_integral_value(ROUND_CEILING) * multiple


def usual_minimum(used: Decimal, days: int, lead_days: int, cover_days: int) -> Decimal:
    """What is used while waiting for the next delivery and for some days more, in whole units, if
    `used` went out in the last `days`."""
    if days <= 0 or used <= 0:
        return ZERO
    return (used * (lead_days + cover_days) / days).to_integral_value(ROUND_CEILING)
