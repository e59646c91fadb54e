"""What a contract can say, and what it cannot."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from addons.sales.models.recurring import Contract, ContractLine
from addons.sales.services.amounts import require_percent, require_price, require_quantity
from core.api import InvalidInput, phrase

_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2200
"""Beyond these, a date is a slip of the hand."""


def require_head(contract: Contract) -> None:
    """What stands above the lines: name, days, interval, notice, rate and discount.
    Raises InvalidInput that names the field."""
    contract.name = contract.name.strip()
    if not contract.name:
        raise InvalidInput.of("name", phrase("Give the contract a name."))
    for field in ("starts_on", "ends_on", "anchor"):
        day = getattr(contract, field)
        if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise InvalidInput.of(field, phrase("This is no day of our times."))
    if contract.ends_on is not None and contract.ends_on < contract.starts_on:
        raise InvalidInput.of("ends_on", phrase("It ends before it begins."))
    if not 1 <= contract.every <= 120:
        raise InvalidInput.of("every", phrase("Choose a number between 1 and 120."))
    if not 0 <= contract.notice_days <= 3650:
        raise InvalidInput.of("notice_days", phrase("Choose a number between 0 and 3,650."))
    if contract.rate is not None and (not contract.rate.is_finite() or contract.rate <= 0):
        raise InvalidInput.of("rate", phrase("A rate is more than nothing."))
    require_percent(contract.discount_percent, "discount_percent")


def require_line(line: ContractLine, at: str) -> None:
    """A line: quantity, price, discount and days. Raises InvalidInput that names the field."""
    require_quantity(line.quantity, f"{at}.quantity")
    if not line.quantity:
        raise InvalidInput.of(f"{at}.quantity", phrase("A quantity is more than nothing."))
    if line.price is not None:
        require_price(line.price, f"{at}.price")
    require_percent(line.discount_percent, f"{at}.discount_percent")
    if line.from_day and line.until_day and line.until_day < line.from_day:
        raise InvalidInput.of(f"{at}.until_day", phrase("It ends before it begins."))


def require_pauses(contract: Contract) -> None:
    """Pauses: a first day, and no last one before it. Raises InvalidInput that names the field."""
    for place, pause in enumerate(contract.pauses):
        if pause.first_day is None:
            raise InvalidInput.of(f"pauses.{place}.first_day", phrase("Give the first day."))
        if pause.last_day is not None and pause.last_day < pause.first_day:
            raise InvalidInput.of(f"pauses.{place}.last_day", phrase("It ends before it begins."))


def require_indexations(contract: Contract) -> None:
    """Changes of prices: one way each, told early enough. Raises InvalidInput that names the
    field."""
    for place, one in enumerate(contract.indexations):
        at = f"indexations.{place}"
        if one.from_day is None:
            raise InvalidInput.of(f"{at}.from_day", phrase("Give the first day."))
        if one.told_on is None:
            raise InvalidInput.of(f"{at}.told_on", phrase("When was the customer told?"))
        figures = (one.index_before, one.index_after)
        if (one.percent is None) == (None in figures) or (one.percent is None) == (
            figures == (None, None)
        ):
            raise InvalidInput.of(
                f"{at}.percent",
                phrase("Give a percentage, or the figures of an index before and after."),
            )
        if one.percent is not None and not (one.percent.is_finite() and -100 < one.percent <= 1000):
            raise InvalidInput.of(f"{at}.percent", phrase("This percentage is not possible."))
        if any(figure is not None and not figure > 0 for figure in figures):
            raise InvalidInput.of(f"{at}.index_before", phrase("A figure is more than nothing."))
        earliest = one.told_on + timedelta(days=contract.notice_days)
        if one.from_day < earliest:
            raise InvalidInput.of(
                f"{at}.from_day",
                phrase(
                    "The contract asks for {count} days of notice: {day} at the earliest.",
                    count=str(contract.notice_days),
                    day=earliest,
                ),
            )
