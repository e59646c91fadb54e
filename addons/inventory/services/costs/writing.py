"""The rows of a valuation: the document, its happenings, uses of layers and value lines, and the
event that tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.events import Role, StockValued, ValueLine
from addons.inventory.models import CostEvent, LayerUse, Valuation, ValueEntry
from addons.inventory.services.costs.money import ZERO
from addons.inventory.services.costs.pool import Line, Use
from addons.inventory.services.costs.pools import PoolRow
from addons.inventory.services.costs.values import Draft, Header
from addons.inventory.services.ledger.together import insert_one, insert_together
from core.api import emit


def open_valuation(session: Session, header: Header) -> int:
    """Write the document and return its id."""
    values = {
        "day": header.day,
        "reason": header.reason,
        "number": header.number,
        "contact_id": header.contact_id,
        "branch_id": header.branch_id,
        "source_type": header.source.type,
        "source_id": header.source.id,
    }
    return insert_one(session, Valuation, values)


def write_happenings(
    session: Session, day: date, drafts: Sequence[Draft], valuation_id: int
) -> list[int]:
    """Write happenings of one day, and return their ids in their order."""
    rows = [
        {
            "pool_id": draft.pool.id,
            "valuation_id": valuation_id,
            "day": day,
            "kind": draft.kind,
            "move_id": draft.move_id,
            "layer_id": draft.layer_id,
            "quantity": draft.quantity,
            "amount": draft.amount,
            "role": draft.role,
            "gone_as": draft.gone_as,
            "method": draft.method,
        }
        for draft in drafts
    ]
    return insert_together(session, CostEvent, rows)


def write_values(
    session: Session,
    header: Header,
    valuation_id: int,
    lines: Sequence[tuple[PoolRow, Line]],
    uses: Sequence[Use],
    units: Mapping[int, str] | None,
) -> None:
    """Write lines and uses of layers, and tell the lines by the one event of the valuation."""
    insert_together(session, LayerUse, [_use(use, valuation_id) for use in uses])
    rows = [_line(row, line, header.day, valuation_id) for row, line in lines]
    insert_together(session, ValueEntry, rows)
    if lines:
        _tell(session, header, valuation_id, lines, units)


def _use(use: Use, valuation_id: int) -> dict[str, object]:
    return {
        "layer_id": use.layer_id,
        "cost_event_id": use.event_id,
        "valuation_id": valuation_id,
        "quantity": use.quantity,
        "value": use.value,
    }


def _line(row: PoolRow, line: Line, day: date, valuation_id: int) -> dict[str, object]:
    return {
        "valuation_id": valuation_id,
        "day": day,
        "role": line.role,
        "amount": line.amount,
        "quantity": line.quantity,
        "product_id": row.product_id,
        "category_id": row.category_id,
        "pool_id": row.id,
        "cost_event_id": line.event_id,
    }


def _tell(
    session: Session,
    header: Header,
    valuation_id: int,
    lines: Sequence[tuple[PoolRow, Line]],
    units: Mapping[int, str] | None,
) -> None:
    sums: dict[tuple[Role, int, int | None], list[Decimal]] = {}
    for row, line in lines:
        sum_of = sums.setdefault((line.role, row.product_id, row.category_id), [ZERO, ZERO])
        sum_of[0] += line.amount
        sum_of[1] += line.quantity
    if units is None:
        known = get_products(session, {key[1] for key in sums})
        units = {product.id: product.unit for product in known.values()}
    told = tuple(
        ValueLine(role, amount, product_id, category_id, quantity, units[product_id])
        for (role, product_id, category_id), (amount, quantity) in sums.items()
        if amount
    )
    if told:
        emit(session, stock_valued(header, valuation_id, told))


def stock_valued(header: Header, valuation_id: int, lines: tuple[ValueLine, ...]) -> StockValued:
    """The event that tells a valuation; each is told once."""
    return StockValued(
        valuation_id,
        header.day,
        header.reason,
        header.number,
        header.contact_id,
        header.branch_id,
        lines,
    )
