"""Suppliers are asked to bring goods to a customer: drafts of orders that follow what the
customer's order wants, as long as nothing is binding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, distinct_on
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.purchases.models import Order, OrderLine, SupplierPrice
from addons.purchases.services.direct.lines import lock_serving
from addons.purchases.services.orders.closing import cancel_order
from addons.purchases.services.orders.progress import in_unit
from addons.purchases.services.orders.writing import (
    create_order,
    delete_order,
    order_title,
    update_order,
)
from addons.purchases.services.pricing import in_force, prices_of
from core.api import Conflict, InvalidInput, cached_until_change, fetch_rows, phrase, today

ZERO = Decimal(0)
# Built once: every order of a customer asks it.
_FIRST: Final = (
    select(SupplierPrice.product_id, SupplierPrice.direct)
    .where(
        SupplierPrice.product_id == func.any(bindparam("products", type_=ARRAY(BIGINT))),
        *in_force(bindparam("day", type_=Date)),
    )
    .ext(distinct_on(SupplierPrice.product_id))
    .order_by(SupplierPrice.product_id, SupplierPrice.preference, SupplierPrice.id)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Stock units of a line of the customer's document that have not arrived there."""

    line_id: int
    product_id: int
    label: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Destination:
    """The customer's document, who the customer is and where the goods go."""

    source: tuple[str, int]
    number: str
    contact_id: int
    ship_to: str
    wanted_on: date | None
    branch_id: int | None


def offered(session: Session, product_ids: Iterable[int], day: date) -> set[int]:
    """Those of these products that the supplier who comes first delivers to customers himself."""
    if not _any_direct(session):
        return set()
    asked = {"products": sorted(set(product_ids)), "day": day}
    return {row.product_id for row in fetch_rows(session, _FIRST, asked) if row.direct}


@cached_until_change(SupplierPrice)
def _any_direct(session: Session) -> bool:
    """Whether any supplier brings anything to customers himself: hardly any company has one."""
    first = select(SupplierPrice.id).where(SupplierPrice.direct).limit(1)
    return session.scalar(first) is not None


def ask(session: Session, goal: Destination, wanted: Sequence[Wanted]) -> list[Order]:
    """Bring the orders that serve a document into line with what it wants, and return those that
    were drafted anew.

    Raises InvalidInput, naming the product, where nobody is known who sells it, and Conflict where
    more is on order already than is wanted and a supplier has to be told.
    """
    orders = lock_serving(session, goal.source)
    for order in orders:
        if order.state == "draft":
            order.for_number, order.ship_to = goal.number, goal.ship_to
    missing = {one.line_id: one.quantity for one in wanted}
    for line in _asked_for(orders):
        key = line.for_line_id or 0
        missing[key] = missing.get(key, ZERO) - line.stock_open
    _require_not_too_much(orders, missing)
    for order in orders:
        if order.state == "draft":
            _shrink(session, order, missing)
    new = [one for one in wanted if missing[one.line_id] > 0]
    return _draft(session, goal, new, missing)


def _asked_for(orders: Iterable[Order]) -> Iterable[OrderLine]:
    """The lines that a supplier, or whoever approves, was asked for."""
    for order in orders:
        if order.state != "draft":
            yield from (line for line in order.lines if line.for_line_id is not None)


def _require_not_too_much(orders: Sequence[Order], missing: Mapping[int, Decimal]) -> None:
    """What a supplier was asked for and nobody wants any more is called off with him first."""
    for order in orders:
        for line in order.lines if order.state != "draft" else ():
            if line.stock_open and missing.get(line.for_line_id or 0, ZERO) < 0:
                raise Conflict(
                    phrase(
                        "{supplier} was asked for {product} with {order}.",
                        supplier=order.contact_name,
                        product=line.label,
                        order=order_title(order),
                    ),
                    fix=phrase("Cancel, reopen or close that order first."),
                )


def _shrink(session: Session, order: Order, missing: dict[int, Decimal]) -> None:
    """A draft asks for no more than is missing, and is thrown away when nothing is left in it."""
    kept: list[dict[str, Any]] = []
    serves = changed = False
    for line in order.lines:
        values: dict[str, Any] = {"id": line.id}
        if line.for_line_id is not None:
            want = min(max(missing.get(line.for_line_id, ZERO), ZERO), line.stock_quantity)
            missing[line.for_line_id] = missing.get(line.for_line_id, ZERO) - want
            changed = changed or want < line.stock_quantity
            if not want:
                continue
            serves = True
            values["quantity"] = in_unit(want, line.factor)
        kept.append(values)
    if not serves and order.number is None:
        delete_order(session, order)
    elif not serves:
        cancel_order(session, order)
    elif changed:
        update_order(session, order, {"lines": kept})


def _draft(
    session: Session, goal: Destination, new: Sequence[Wanted], missing: Mapping[int, Decimal]
) -> list[Order]:
    sellers = _sellers(session, new)
    products = get_products(session, set(sellers))
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in new:
        groups[sellers[one.product_id]].append(
            {
                "product_id": one.product_id,
                "quantity": missing[one.line_id],
                "unit_id": products[one.product_id].unit_id,
                "expected_on": goal.wanted_on,
                "for_line_id": one.line_id,
                "price": None,
            }
        )
    kind, key = goal.source
    return [
        create_order(
            session,
            {
                "contact_id": seller,
                "buyer_id": None,
                "branch_id": goal.branch_id,
                "for_type": kind,
                "for_id": key,
                "for_number": goal.number,
                "for_contact_id": goal.contact_id,
                "ship_to": goal.ship_to,
                "lines": lines,
            },
        )
        for seller, lines in groups.items()
    ]


def _sellers(session: Session, new: Sequence[Wanted]) -> dict[int, int]:
    """By product who sells it: first those who deliver to customers themselves."""
    listed = prices_of(session, {one.product_id for one in new}, today(session))
    found: dict[int, int] = {}
    for price in sorted(listed, key=lambda one: not one.direct):
        found.setdefault(price.product_id, price.contact_id)
    for one in new:
        if one.product_id not in found:
            raise InvalidInput.of(
                "lines",
                phrase("Nobody is known who sells {product}.", product=one.label),
                fix=phrase("Enter a supplier's price for it, or let it leave the stock."),
            )
    return found
