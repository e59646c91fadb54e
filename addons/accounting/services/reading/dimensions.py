"""Movements by the values of a dimension, as reports with a column for each value need them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.dimensions import Dimension, DimensionValue
from addons.accounting.services.dimensions.balances import balances_by_dimension
from addons.accounting.services.reading.figures import DaySpan, Movement, Movements

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ReportDimension:
    """A dimension with its values, by id and name."""

    id: int
    name: str
    values: tuple[tuple[int, str], ...]


def report_dimensions(session: Session) -> list[ReportDimension]:
    """The dimensions that are there, with all of their values."""
    values: dict[int, list[tuple[int, str]]] = {}
    for value in session.scalars(select(DimensionValue).order_by(DimensionValue.code)):
        values.setdefault(value.dimension_id, []).append((value.id, value.name))
    found = session.scalars(select(Dimension).order_by(Dimension.name))
    return [ReportDimension(one.id, one.name, tuple(values.get(one.id, ()))) for one in found]


def movements_by_dimension(
    session: Session,
    dimension_id: int,
    spans: Sequence[DaySpan],
    currency: str,
    branches: Collection[int] | None = None,
) -> dict[int | None, Movements]:
    """By value of the dimension (None: what no value has) the net movements of the accounts; all
    values together are the movement of each account."""
    found: dict[int | None, dict[DaySpan, dict[int, Movement]]] = {}
    for span in dict.fromkeys(span for span in spans if not span.is_empty):
        for part in balances_by_dimension(session, dimension_id, span.start, span.end, branches):
            if part.currency == currency:
                debit = max(part.amount, _ZERO)
                moved = Movement(debit, debit - part.amount)
                of_value = found.setdefault(part.value_id, {})
                of_value.setdefault(span, {})[part.account_id] = moved
    return dict(found)
