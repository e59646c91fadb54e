"""Awarding: orders to those whose offers win, each line to one supplier or to several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.purchases.models import Offer, OfferLine, Order, Quotation
from addons.purchases.services.line_editing import require_quantity
from addons.purchases.services.locking import lock
from addons.purchases.services.orders.writing import create_order
from addons.purchases.services.quotations.comparing import compare
from core.api import Conflict, InvalidInput, phrase, today


def award(session: Session, quotation: Quotation, quantities: Mapping[int, Decimal]) -> list[Order]:
    """Draft orders for these quantities by offer line: one order for each supplier. Raises
    Conflict where the request was awarded before, and InvalidInput for more than was asked for or
    is offered."""
    quotation = lock(session, Quotation, quotation.id)
    if quotation.state != "sent":
        raise Conflict(
            phrase("{number} is not open.", number=quotation.number or quotation.id),
            fix=phrase("Look at what was ordered by it."),
        )
    chosen = {key: value for key, value in quantities.items() if value}
    known = {line.id: line for offer in quotation.offers for line in offer.lines}
    for key, value in chosen.items():
        _require_offered(known.get(key), value)
    _require_within(quotation, chosen)
    if not chosen:
        raise InvalidInput.of("quantities", phrase("Choose at least one offer."))
    orders = [
        _order(session, quotation, offer, lines)
        for offer in quotation.offers
        if (lines := [(line, chosen[line.id]) for line in offer.lines if line.id in chosen])
    ]
    quotation.state = "awarded"
    session.flush()
    return orders


def award_cheapest(session: Session, quotation: Quotation) -> list[Order]:
    """Each line to whoever is cheapest; what one cannot supply goes to the next."""
    return award(session, quotation, cheapest_split(session, quotation))


def cheapest_split(session: Session, quotation: Quotation) -> dict[int, Decimal]:
    """Quantities by offer line that cost least."""
    split: dict[int, Decimal] = {}
    for compared in compare(session, quotation).lines:
        left = compared.line.quantity
        answers = sorted(
            (one for one in compared.answers if one is not None),
            key=lambda one: (one.unit_price, one.days if one.days is not None else 10**6),
        )
        for one in answers:
            part = min(left, one.line.available or left)
            if part > 0:
                split[one.line.id] = part
                left -= part
    return split


def _require_offered(line: OfferLine | None, value: Decimal) -> None:
    if line is None or line.price is None:
        raise InvalidInput.of("quantities", phrase("This was not offered."))
    require_quantity(value, f"quantities.{line.id}")
    if line.available is not None and value > line.available:
        raise InvalidInput.of(
            f"quantities.{line.id}",
            phrase(
                "{supplier} offers only {available}.",
                supplier=line.offer.contact_name,
                available=line.available,
            ),
        )


def _require_within(quotation: Quotation, chosen: Mapping[int, Decimal]) -> None:
    for asked in quotation.lines:
        parts = [
            chosen.get(line.id, Decimal(0))
            for offer in quotation.offers
            for line in offer.lines
            if line.quotation_line_id == asked.id
        ]
        if sum(parts, Decimal(0)) > asked.quantity:
            raise InvalidInput.of(
                "quantities",
                phrase(
                    "{quantity} of {product} were asked for.",
                    quantity=asked.quantity,
                    product=asked.label,
                ),
            )


def _order(
    session: Session,
    quotation: Quotation,
    offer: Offer,
    lines: Sequence[tuple[OfferLine, Decimal]],
) -> Order:
    day = today(session)
    for line, quantity in lines:
        line.awarded = quantity
    order = create_order(
        session,
        {
            "contact_id": offer.contact_id,
            "supplier_reference": offer.reference,
            "currency": offer.currency,
            "rate": offer.rate,
            "branch_id": quotation.branch_id,
            "lines": [
                {
                    "product_id": line.product_id,
                    "label": line.label,
                    "quantity": quantity,
                    "unit_id": line.unit_id,
                    "price": line.price,
                    "discount_percent": line.discount_percent,
                    "request_line_id": line.quotation_line.request_line_id,
                    "expected_on": _expected(offer, line, day),
                }
                for line, quantity in lines
            ],
        },
    )
    offer.order_id = order.id
    return order


def _expected(offer: Offer, line: OfferLine, day: date) -> date | None:
    days = offer.delivery_days if line.delivery_days is None else line.delivery_days
    return None if days is None else day + timedelta(days=days)
