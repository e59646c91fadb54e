"""Requests for quotation and the answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.models import Offer, OfferLine, Quotation, QuotationLine
from addons.purchases.services.line_editing import (
    edited_lines,
    require_percent,
    require_price,
    require_quantity,
)
from addons.purchases.services.locking import lock
from addons.purchases.services.numbering import next_number
from addons.purchases.services.product_lines import measured, products_of
from addons.purchases.services.rates import require_currency
from addons.purchases.services.suppliers import require_supplier
from core.api import Conflict, InvalidInput, actor, phrase, today

_FIELDS: Final = ("title", "date", "answer_by", "needed_on", "buyer_id", "branch_id", "note")
_LINE_FIELDS: Final = (
    "position", "product_id", "label", "quantity", "unit_id", "needed_on", "request_line_id",
)  # fmt: skip
_ANSWER: Final = (
    "reference", "currency", "rate", "valid_until", "delivery_days", "note", "answered_on",
)  # fmt: skip
_PRICED: Final = ("available", "price", "discount_percent", "delivery_days", "remark")


def create_quotation(session: Session, values: Mapping[str, Any]) -> Quotation:
    """A draft of a request for quotation, with its lines and the suppliers who are invited."""
    quotation = Quotation(state="draft", date=today(session), buyer_id=actor(session).user_id)
    return _filled(session, quotation, values)


def update_quotation(
    session: Session, quotation: Quotation, values: Mapping[str, Any]
) -> Quotation:
    """Change a draft. Once it is sent only more suppliers can be invited."""
    if quotation.state == "draft":
        return _filled(session, quotation, values)
    if quotation.state != "sent":
        raise Conflict(phrase("{number} is closed.", number=quotation.number))
    if set(values) - {"offers"}:
        raise Conflict(
            phrase("{number} was sent; what it asks for does not change.", number=quotation.number),
            fix=phrase("Invite more suppliers, or cancel it and ask anew."),
        )
    _invite(session, quotation, values["offers"])
    _prepare_offers(quotation)
    session.flush()
    return quotation


def send_quotation(session: Session, quotation: Quotation) -> Quotation:
    """The request gets its number, and each invited supplier an offer to fill in, which is printed
    or mailed from its own page."""
    quotation = lock(session, Quotation, quotation.id)
    if quotation.state != "draft":
        raise Conflict(phrase("This request was sent before."))
    if not quotation.lines:
        raise InvalidInput.of("lines", phrase("Say what is asked for."))
    if not quotation.offers:
        raise InvalidInput.of("offers", phrase("Invite a supplier."))
    quotation.number = next_number(session, "quotation", quotation.date)
    quotation.state = "sent"
    _prepare_offers(quotation)
    session.flush()
    return quotation


def cancel_quotation(session: Session, quotation: Quotation) -> Quotation:
    """Nothing comes of it."""
    quotation = lock(session, Quotation, quotation.id)
    if quotation.state not in ("draft", "sent"):
        raise Conflict(phrase("{number} is closed.", number=quotation.number))
    quotation.state = "cancelled"
    session.flush()
    return quotation


def write_answer(session: Session, offer: Offer, values: Mapping[str, Any]) -> Offer:
    """What a supplier offers: prices and days, line by line. A line without a price is not
    offered. Raises Conflict once the request is closed."""
    if offer.quotation.state != "sent":
        raise Conflict(
            phrase("{number} takes no answers.", number=offer.quotation.number or ""),
            fix=phrase("Answers are entered between sending and awarding."),
        )
    with session.no_autoflush:
        for name in _ANSWER:
            if name in values:
                setattr(offer, name, values[name])
        offer.currency = require_currency(offer.currency or company_currency(session))
        offer.reference, offer.note = offer.reference or "", offer.note or ""
        if offer.delivery_days is not None and offer.delivery_days < 0:
            raise InvalidInput.of("delivery_days", phrase("Days cannot be negative."))
        for place, sent in enumerate(values.get("lines", ())):
            _answer_line(offer, sent, f"lines.{place}")
    if any(line.price is not None for line in offer.lines):
        offer.state, offer.answered_on = "answered", offer.answered_on or today(session)
    session.flush()
    return offer


def decline_offer(session: Session, offer: Offer) -> Offer:
    """The supplier does not want to offer."""
    if offer.quotation.state != "sent" or offer.state == "answered":
        raise Conflict(phrase("This offer was answered or closed."))
    offer.state = "declined"
    session.flush()
    return offer


def _answer_line(offer: Offer, sent: Mapping[str, Any], place: str) -> None:
    line = next((one for one in offer.lines if one.id == sent.get("id")), None)
    if line is None:
        raise InvalidInput.of(f"{place}.id", phrase("There is no such line here."))
    for name in _PRICED:
        if name in sent:
            setattr(line, name, sent[name])
    line.remark = line.remark or ""
    line.discount_percent = require_percent(
        line.discount_percent or Decimal(0), f"{place}.discount_percent"
    )
    if line.price is not None:
        line.price = require_price(line.price, f"{place}.price")
    if line.available is not None:
        line.available = require_quantity(line.available, f"{place}.available")
    if line.delivery_days is not None and line.delivery_days < 0:
        raise InvalidInput.of(f"{place}.delivery_days", phrase("Days cannot be negative."))


def _filled(session: Session, quotation: Quotation, values: Mapping[str, Any]) -> Quotation:
    with session.no_autoflush:
        for name in _FIELDS:
            if name in values:
                setattr(quotation, name, values[name])
        quotation.date = quotation.date or today(session)
        quotation.title, quotation.note = quotation.title or "", quotation.note or ""
        if "lines" in values:
            _write_lines(session, quotation, [dict(line) for line in values["lines"]])
        if "offers" in values:
            _invite(session, quotation, values["offers"])
    session.add(quotation)
    session.flush()
    return quotation


def _write_lines(session: Session, quotation: Quotation, sent: list[dict[str, Any]]) -> None:
    products = products_of(session, sent, [line.product_id for line in quotation.lines])

    def fill(line: QuotationLine, values: dict[str, Any], place: str) -> None:
        for name in _LINE_FIELDS:
            if name in values:
                setattr(line, name, values[name])
        line.quantity = require_quantity(line.quantity, f"{place}.quantity")
        product = None if line.product_id is None else products[line.product_id]
        line.label = line.label or (product.name if product else "")
        if not line.label:
            raise InvalidInput.of(
                f"{place}.label", phrase("Choose a product, or say what is asked for.")
            )
        if product is not None:
            line.unit_id = line.unit_id or product.purchase_unit_id or product.unit_id

    quotation.lines = edited_lines(quotation.lines, sent, QuotationLine, fill)
    measured(
        session,
        [(line.product_id, line.quantity, line.unit_id) for line in quotation.lines],
        products,
    )


def _invite(session: Session, quotation: Quotation, sent: Any) -> None:
    def fill(offer: Offer, values: dict[str, Any], place: str) -> None:
        if offer.id is not None and offer.contact_id != values.get("contact_id", offer.contact_id):
            raise InvalidInput.of(f"{place}.contact_id", phrase("Invite a supplier by a new line."))
        contact = require_supplier(
            session, values.get("contact_id", offer.contact_id), f"{place}.contact_id"
        )
        offer.contact_id, offer.contact_name = contact.id, contact.name
        offer.state = offer.state or "invited"
        offer.currency = offer.currency or company_currency(session)

    kept = edited_lines(quotation.offers, sent, Offer, fill, "offers")
    ids = [offer.contact_id for offer in kept]
    for place, one in enumerate(ids):
        if one in ids[:place]:
            raise InvalidInput.of(f"offers.{place}.contact_id", phrase("Invited already."))
    gone = [offer for offer in quotation.offers if offer not in kept and offer.state == "answered"]
    if gone:
        raise Conflict(phrase("{supplier} has answered.", supplier=gone[0].contact_name))
    quotation.offers = kept


def _prepare_offers(quotation: Quotation) -> None:
    """Each invited supplier reads what is asked for."""
    for offer in quotation.offers:
        if offer.state == "invited":
            offer.state = "sent"
            offer.lines = [
                OfferLine(
                    quotation_line=line,
                    position=line.position,
                    product_id=line.product_id,
                    label=line.label,
                    quantity=line.quantity,
                    unit_id=line.unit_id,
                )
                for line in quotation.lines
            ]
