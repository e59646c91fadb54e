"""Works documents out: lines with their discounts and taxes, by whatever tax engine there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import (
    TaxDocument,
    TaxDocumentLine,
    TaxedDocument,
    TaxShare,
    company_currency,
    work_out,
)
from addons.sales.models import InvoiceLine, OrderLine, SalesOrder
from addons.sales.services.amounts import EXACT, HUNDRED, ZERO, split, step_of, to_step
from addons.sales.services.discounts import require_discount
from addons.sales.services.rates import rate_if_known
from core.api import InvalidInput, phrase


def taxed(
    session: Session,
    lines: Sequence[OrderLine | InvoiceLine],
    day: date,
    currency: str,
    discount_percent: Decimal = ZERO,
    discount: Decimal = ZERO,
) -> TaxedDocument:
    """These lines worked out as one document."""
    return work_out(
        session,
        TaxDocument(
            tuple(
                TaxDocumentLine(
                    line.quantity,
                    line.price,
                    tuple(line.taxes.split()),
                    line.discount_percent,
                    line.discount + line.promotion_discount,
                )
                for line in lines
            ),
            day,
            currency,
            discount_percent,
            discount,
        ),
    )


def work_out_order(session: Session, order: SalesOrder) -> None:
    """Write what the order's lines come to into them and into the order; options and words come to
    nothing. Raises InvalidInput for a discount on the whole that is more than the whole."""
    sold = [line for line in order.lines if line.is_sold]
    for line in order.lines:
        if not line.is_sold:
            line.net = line.tax = line.shared_discount = ZERO
    amounts = [amount_of(line) for line in sold]
    _share_discount(session, order, sold, amounts)
    if not sold:
        order.net = order.tax = order.total = ZERO
        order.margin = None
        return
    found = taxed(session, sold, order.day, order.currency, order.discount_percent, order.discount)
    for line, result in zip(sold, found.lines, strict=True):
        line.net, line.tax = result.net, result.tax
    order.net, order.tax, order.total = found.net, found.tax, found.total
    order.margin = _margin(session, order, sold)


def amount_of(line: OrderLine | InvoiceLine) -> Decimal:
    """What a line comes to after its own discounts and promotions, in the terms of the price."""
    return EXACT.subtract(amount_before_promotions(line), line.promotion_discount)


def amount_before_promotions(line: OrderLine | InvoiceLine) -> Decimal:
    """Quantity times price less the line's own discounts, in the terms of the price."""
    amount = EXACT.multiply(line.quantity, line.price)
    kept = EXACT.divide(HUNDRED - line.discount_percent, HUNDRED)
    return EXACT.subtract(EXACT.multiply(amount, kept), line.discount)


def _share_discount(
    session: Session, order: SalesOrder, sold: Sequence[OrderLine], amounts: Sequence[Decimal]
) -> None:
    """Each line's part of the discount on the whole, so that invoices of parts can grant it."""
    whole = sum(amounts, ZERO)
    step = step_of(order.currency)
    percent = EXACT.divide(EXACT.multiply(whole, order.discount_percent), HUNDRED)
    discount = to_step(percent + order.discount, step)
    if order.discount < 0 or discount > whole:
        raise InvalidInput.of(
            "discount", phrase("A discount lies between nothing and the whole amount.")
        )
    if discount and whole:
        require_discount(session, EXACT.divide(EXACT.multiply(discount, HUNDRED), whole))
    for line, part in zip(sold, split(discount, amounts, step), strict=True):
        line.shared_discount = part


def _margin(session: Session, order: SalesOrder, sold: Sequence[OrderLine]) -> Decimal | None:
    """What is left above the cost, in the document's currency; None where costs are not known."""
    goods = [line for line in sold if line.is_goods]
    if not goods or any(line.cost is None for line in goods):
        return None
    rate = rate_if_known(session, order.currency, order.day, order.rate)
    if rate is None:
        return None
    cost = sum(
        (EXACT.multiply(line.cost or ZERO, line.quantity * line.factor) for line in goods), ZERO
    )
    return to_step(order.net - EXACT.divide(cost, rate), step_of(order.currency))


def shares_as_json(shares: Sequence[TaxShare]) -> list[dict[str, Any]]:
    """Taxes of a line as they are kept in it."""
    return [{name: str(value) for name, value in asdict(share).items()} for share in shares]


def shares_from_json(kept: Sequence[dict[str, Any]]) -> tuple[TaxShare, ...]:
    """The taxes that a line keeps."""
    return tuple(
        TaxShare(
            share["code"],
            share["kind"],
            Decimal(share["base"]),
            Decimal(share["amount"]),
            Decimal(share["deductible"]),
        )
        for share in kept
    )


def in_company(session: Session, amount: Decimal, rate: Decimal) -> Decimal:
    """An amount in the company's currency, rounded to its digits."""
    return to_step(EXACT.multiply(amount, rate), step_of(company_currency(session)))
