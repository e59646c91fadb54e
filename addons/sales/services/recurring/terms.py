"""The terms of a contract as values, with the prices of the customer's list where it has none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import PriceQuestion, prices_for
from addons.sales.models.recurring import Contract, ContractIndexation, ContractLine
from addons.sales.services.amounts import EXACT, HUNDRED, ZERO
from addons.sales.services.recurring.charges import LineTerms, Rise, Terms
from addons.sales.services.recurring.periods import Period, Rhythm, period_of


def rhythm_of(contract: Contract) -> Rhythm:
    """When its periods begin and end."""
    unit: Any = contract.unit
    return Rhythm(unit, contract.every, contract.anchor, contract.starts_on, contract.ends_on)


def terms_of(session: Session, contract: Contract, day: date | None) -> Terms:
    """What decides its charges; prices that the contract leaves open are those of this day, or
    nothing where only the days matter. Raises InvalidInput for a price in a currency without a
    rate."""
    listed = {} if day is None else _listed(session, contract, day)
    timing: Any = contract.timing
    return Terms(
        rhythm=rhythm_of(contract),
        lines=tuple(
            _line(line, place, listed.get(place)) for place, line in enumerate(contract.lines)
        ),
        pauses=tuple((pause.first_day, pause.last_day) for pause in contract.pauses),
        rises=tuple(Rise(one.from_day, factor_of(one)) for one in contract.indexations),
        timing=timing,
        prorata=contract.prorata,
    )


def factor_of(indexation: ContractIndexation) -> Decimal:
    """What prices are multiplied by: 1.025 for 2.5 percent, or for an index that went from 120 to
    123."""
    if indexation.percent is not None:
        return EXACT.divide(HUNDRED + indexation.percent, HUNDRED)
    return EXACT.divide(indexation.index_after or Decimal(1), indexation.index_before or Decimal(1))


def current_period(contract: Contract, day: date) -> Period | None:
    """The period that a day lies in, or the one that is nearest to it."""
    rhythm = rhythm_of(contract)
    at = max(day, contract.starts_on)
    if contract.ends_on is not None:
        at = min(at, contract.ends_on)
    return period_of(rhythm, at)


def _listed(session: Session, contract: Contract, day: date) -> dict[int, tuple[Decimal, Decimal]]:
    """Price and discount of the lines without a price, by their places."""
    open_lines = [
        (place, line)
        for place, line in enumerate(contract.lines)
        if line.price is None and line.product_id is not None
    ]
    if not open_lines:
        return {}
    found = prices_for(
        session,
        [
            PriceQuestion(
                line.product_id or 0,
                contract.contact_id,
                line.quantity,
                line.unit_id,
                day,
                contract.currency,
            )
            for _, line in open_lines
        ],
    )
    return {
        place: (price.price, price.discount_percent)
        for (place, _), price in zip(open_lines, found, strict=True)
    }


def _line(line: ContractLine, place: int, listed: tuple[Decimal, Decimal] | None) -> LineTerms:
    price, shown = listed or (line.price or ZERO, ZERO)
    return LineTerms(
        key=place,
        quantity=line.quantity,
        price=price,
        discount_percent=line.discount_percent or shown,
        from_day=line.from_day,
        until_day=line.until_day,
        once=line.charge == "once",
        indexed=line.price is not None,
        price_since=line.price_since,
    )
