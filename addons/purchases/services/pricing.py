"""What a supplier asks for products: by an agreement, a price list, or as last time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, rate_on
from addons.purchases.models import AgreementLine, Order, OrderLine, SupplierPrice

_FINEST: Final = Decimal("0.000001")
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A quantity of a product, in a unit of `factor` stock units."""

    product_id: int
    quantity: Decimal
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """A price for one of the wanted unit, and what else the supplier says. `source` is
    "agreement", "list", "last" or "" where nothing is known."""

    price: Decimal = _ZERO
    discount_percent: Decimal = _ZERO
    lead_days: int = 0
    supplier_code: str = ""
    supplier_title: str = ""
    source: str = ""
    agreement_line_id: int | None = None


def proposals(
    session: Session,
    contact_id: int,
    wanted: Sequence[Wanted],
    day: date,
    currency: str,
    agreement_id: int | None = None,
) -> list[Proposal]:
    """What the supplier asks for each on that day, in a currency, in the order given."""
    ids = {one.product_id for one in wanted}
    listed = prices_of(session, ids, day, contact_id)
    agreed = _agreed(session, agreement_id, ids)
    last = _last_prices(session, contact_id, ids, currency)
    return [
        _proposal(session, one, listed, agreed, last, day=day, currency=currency) for one in wanted
    ]


def prices_of(
    session: Session, product_ids: Iterable[int], day: date, contact_id: int | None = None
) -> list[SupplierPrice]:
    """The prices in force on a day, of one supplier or of all."""
    query = select(SupplierPrice).where(
        SupplierPrice.product_id.in_(set(product_ids)), *in_force(day)
    )
    if contact_id is not None:
        query = query.where(SupplierPrice.contact_id == contact_id)
    return list(session.scalars(query.order_by(SupplierPrice.preference, SupplierPrice.id)))


def in_force(day: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """That a price holds on a day."""
    return (
        or_(SupplierPrice.valid_from.is_(None), SupplierPrice.valid_from <= day),
        or_(SupplierPrice.valid_until.is_(None), SupplierPrice.valid_until >= day),
    )


def best_price(prices: Iterable[SupplierPrice], wanted: Wanted) -> SupplierPrice | None:
    """Of a supplier's prices for a product that of the largest quantity which is reached; below
    the smallest, that one, because less is not sold."""
    own = [one for one in prices if one.product_id == wanted.product_id]
    stock = wanted.quantity * wanted.factor
    reached = [one for one in own if one.min_quantity * one.factor <= stock]
    if reached:
        return max(reached, key=lambda one: (one.min_quantity * one.factor, -one.preference))
    return min(own, key=lambda one: one.min_quantity * one.factor, default=None)


def sold_quantity(price: SupplierPrice, wanted: Wanted) -> Decimal:
    """The wanted quantity raised to what the supplier sells: at least the minimum, in whole
    packagings; in the unit of the price, of which none is cut into thirds."""
    quantity = max(wanted.quantity * wanted.factor / price.factor, price.min_quantity)
    if price.packaging is None and quantity == quantity.quantize(_FINEST):
        return quantity
    size = price.packaging or Decimal(1)
    whole, rest = divmod(quantity, size)
    return (whole + (1 if rest else 0)) * size


def converted(
    session: Session, amount: Decimal, source: str, target: str, day: date
) -> Decimal | None:
    """An amount in another currency by the rates of a day; None where nobody knows them."""
    if source == target:
        return amount
    rates = [
        Decimal(1) if one == company_currency(session) else rate_on(session, one, day)
        for one in (source, target)
    ]
    if rates[0] is None or rates[1] is None:
        return None
    return amount * rates[0] / rates[1]


def _proposal(
    session: Session,
    wanted: Wanted,
    listed: Sequence[SupplierPrice],
    agreed: Mapping[int, AgreementLine],
    last: Mapping[int, Decimal],
    *,
    day: date,
    currency: str,
) -> Proposal:
    price = best_price(listed, wanted)
    told = Proposal()
    if price is not None:
        told = Proposal(
            lead_days=price.lead_days,
            supplier_code=price.supplier_code,
            supplier_title=price.supplier_title,
        )
    line = agreed.get(wanted.product_id)
    if line is not None:
        asked = _for_unit(line.price, line.factor, wanted)
        return Proposal(asked, _ZERO, *_said(told), "agreement", line.id)
    if price is not None:
        amount = converted(session, price.price, price.currency, currency, day)
        if amount is not None:
            asked = _for_unit(amount, price.factor, wanted)
            return Proposal(asked, price.discount_percent, *_said(told), "list")
    if wanted.product_id in last:
        asked = _for_unit(last[wanted.product_id], Decimal(1), wanted)
        return Proposal(asked, _ZERO, *_said(told), "last")
    return told


def _said(told: Proposal) -> tuple[int, str, str]:
    return told.lead_days, told.supplier_code, told.supplier_title


def _for_unit(price: Decimal, factor: Decimal, wanted: Wanted) -> Decimal:
    asked = (price * wanted.factor / factor).quantize(_FINEST, ROUND_HALF_UP)
    return asked.normalize() + _ZERO if asked else _ZERO


def _agreed(
    session: Session, agreement_id: int | None, ids: Iterable[int]
) -> dict[int, AgreementLine]:
    if agreement_id is None:
        return {}
    rows = session.scalars(
        select(AgreementLine)
        .where(AgreementLine.agreement_id == agreement_id, AgreementLine.product_id.in_(set(ids)))
        .order_by(AgreementLine.position.desc())
    )
    return {row.product_id: row for row in rows}


def _last_prices(
    session: Session, contact_id: int, ids: Iterable[int], currency: str
) -> dict[int, Decimal]:
    """Per stock unit, after discount, of the supplier's newest approved order of each product."""
    net = OrderLine.price * (100 - OrderLine.discount_percent) / 100 / OrderLine.factor
    rows = session.execute(
        select(OrderLine.product_id, net)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.product_id.in_(set(ids)),
            Order.contact_id == contact_id,
            Order.currency == currency,
            Order.state.in_(("approved", "done")),
        )
        .ext(distinct_on(OrderLine.product_id))
        .order_by(OrderLine.product_id, Order.date.desc(), OrderLine.id.desc())
    )
    return {product_id: price for product_id, price in rows if product_id is not None}
