"""Goods of suppliers that were used while they lay here: written down as the stock tells them, put
into a statement for each supplier and period, and bought by it.

The statement is an order whose goods came already. It is a draft first, so that the buyer looks at
it or sends it to the supplier (self-billing); placed, it counts as received, and the supplier's
bill is held against it like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, get_products
from addons.contacts.api import canonical_ids
from addons.purchases.events import ConsumedLine, ConsumptionOrdered
from addons.purchases.models import Consumption, Order, OrderLine
from addons.purchases.services.orders.writing import create_order
from addons.purchases.services.receiving.arrivals import Arrival
from addons.purchases.services.receiving.recording import record
from core.api import Conflict, InvalidInput, emit, phrase, today

SOURCE: Final = "purchases.consumption"
_WAITING: Final = text("""
SELECT use.id, use.product_id, use.quantity, use.price, use.currency, use.branch_id, use.day
  FROM purchases.consumption AS use
 WHERE use.order_line_id IS NULL AND use.day <= :until
   AND contacts.canonical_id(use.contact_id) = :supplier
 ORDER BY use.id FOR UPDATE OF use
""")


@dataclass(frozen=True, slots=True)
class Use:
    """Stock units of a supplier's goods that a move used, or gave back below zero."""

    move_id: int
    product_id: int
    quantity: Decimal
    price: Decimal
    currency: str
    value: Decimal


def note_uses(
    session: Session,
    contact_id: int,
    number: str,
    day: date,
    branch_id: int | None,
    uses: Sequence[Use],
) -> None:
    """Write down what was used of a supplier's goods; what is known already stays as it is."""
    moves = [one.move_id for one in uses]
    known = set(session.scalars(select(Consumption.move_id).where(Consumption.move_id.in_(moves))))
    company = company_currency(session)
    session.add_all(
        Consumption(
            move_id=one.move_id,
            contact_id=contact_id,
            product_id=one.product_id,
            branch_id=branch_id,
            day=day,
            number=number,
            quantity=one.quantity,
            price=one.price,
            currency=one.currency or company,
            value=one.value,
        )
        for one in uses
        if one.move_id not in known
    )
    session.flush()


def write_statements(session: Session, contact_id: int, until: date) -> list[Order]:
    """Draft orders that buy what was used of a supplier's goods up to a day: one for each currency
    and branch, with a line for each product and price. What came back is taken off; where more came
    back than was used, it waits for the next one. Raises Conflict where nothing is to be bought."""
    supplier = canonical_ids(session, [contact_id]).get(contact_id, contact_id)
    key = f"{SOURCE}:{supplier}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    rows = session.execute(_WAITING, {"supplier": supplier, "until": until}).all()
    papers: dict[tuple[str, int | None], dict[tuple[int, Decimal], list[Any]]] = defaultdict(dict)
    for row in rows:
        lines = papers[row.currency, row.branch_id]
        lines.setdefault((row.product_id, row.price), []).append(row)
    made = [
        order
        for (currency, branch), lines in papers.items()
        if (order := _draft(session, supplier, currency, branch, until, lines)) is not None
    ]
    if not made:
        raise Conflict(
            phrase("Nothing of this supplier was used up to {day}.", day=until),
            fix=phrase("Choose a later day, or look at what is bought already."),
        )
    return made


def _draft(
    session: Session,
    supplier: int,
    currency: str,
    branch: int | None,
    until: date,
    lines: Mapping[tuple[int, Decimal], list[Any]],
) -> Order | None:
    sums = {key: sum((row.quantity for row in rows), Decimal(0)) for key, rows in lines.items()}
    bought = {key: quantity for key, quantity in sums.items() if quantity > 0}
    if not bought:
        return None
    products = get_products(session, {product for product, _ in bought})
    order = create_order(
        session,
        {
            "contact_id": supplier,
            "currency": currency,
            "branch_id": branch,
            "date": min(until, today(session)),
            "consigned": True,
            "lines": [
                {
                    "product_id": product,
                    "unit_id": products[product].unit_id,
                    "quantity": quantity,
                    "price": price,
                    "expected_on": until,
                }
                for (product, price), quantity in bought.items()
            ],
        },
    )
    for line, key in zip(order.lines, bought, strict=True):
        ids = [row.id for row in lines[key]]
        _link(session, ids, line.id)
    return order


def _link(session: Session, ids: Iterable[int], line_id: int) -> None:
    session.execute(
        update(Consumption).where(Consumption.id.in_(list(ids))).values(order_line_id=line_id)
    )


def require_uses(session: Session, order: Order) -> None:
    """Raise InvalidInput where a statement says otherwise than what was used."""
    if not order.consigned:
        return
    used = _used(session, order.lines)
    for place, line in enumerate(order.lines):
        quantity = sum((one.quantity for one in used.get(line.id, ())), Decimal(0))
        if line.kind == "goods" and line.stock_quantity != quantity:
            raise InvalidInput.of(
                f"lines.{place}.quantity",
                phrase(
                    "{quantity} of {product} were used.",
                    quantity=f"{quantity.normalize():f}",
                    product=line.label,
                ),
                fix=phrase("Delete this draft, and write the statement again."),
            )


def settle_uses(session: Session, order: Order) -> None:
    """What a placed statement buys counts as received, and is bought for good."""
    if not order.consigned:
        return
    used = _used(session, order.lines)
    lines = tuple(
        ConsumedLine(line.id, tuple(one.move_id for one in used[line.id]))
        for line in order.lines
        if line.id in used
    )
    session.execute(
        update(Consumption)
        .where(Consumption.order_line_id.in_([line.id for line in order.lines]))
        .values(settled=True)
    )
    day = order.expected_on or order.date
    emit(session, ConsumptionOrdered(order.id, order.number or "", day, lines))
    came = {line.id: line.stock_quantity for line in order.lines}
    record(session, order, Arrival(day, SOURCE, order.id, order.number or "", came))


def _used(session: Session, lines: Iterable[OrderLine]) -> dict[int, list[Consumption]]:
    ids = [line.id for line in lines]
    rows = session.scalars(
        select(Consumption).where(Consumption.order_line_id.in_(ids)).order_by(Consumption.id)
    )
    found: dict[int, list[Consumption]] = defaultdict(list)
    for row in rows:
        found[row.order_line_id or 0].append(row)
    return found
