"""Orders while they are drafts: written, changed, copied and thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, stock
from addons.purchases.models import Agreement, Order
from addons.purchases.services.orders.line_writing import write_lines
from addons.purchases.services.rates import require_currency
from addons.purchases.services.suppliers import require_supplier, same_supplier
from core.api import Conflict, InvalidInput, Suggestion, actor, phrase, today

_FIELDS: Final = (
    "contact_id",
    "supplier_reference",
    "date",
    "expected_on",
    "currency",
    "rate",
    "buyer_id",
    "branch_id",
    "warehouse",
    "agreement_id",
    "terms",
    "for_type",
    "for_id",
    "for_number",
    "for_contact_id",
    "ship_to",
    "consigned",
)
_TEXTS: Final = frozenset(
    {"supplier_reference", "warehouse", "terms", "for_type", "for_number", "ship_to"}
)


def create_order(session: Session, values: Mapping[str, Any]) -> Order:
    """A draft of an order. What lines leave out is proposed: name, unit, price, taxes and day.
    Raises InvalidInput that names every wrong field."""
    order = Order(state="draft", date=today(session), buyer_id=actor(session).user_id)
    return _filled(session, order, values)


def update_order(session: Session, order: Order, values: Mapping[str, Any]) -> Order:
    """Change a draft; lines that are given replace all that were there."""
    require_draft(order)
    return _filled(session, order, values)


def delete_order(session: Session, order: Order) -> None:
    """Throw a draft away; one that has a number is cancelled instead, so that none is missing."""
    require_draft(order)
    if order.number is not None:
        raise Conflict(
            phrase("{number} was binding once.", number=order.number),
            fix=phrase("Cancel the order instead."),
        )
    session.delete(order)
    session.flush()


def require_draft(order: Order) -> None:
    """Raise Conflict for an order that is no draft any more."""
    if order.state != "draft":
        raise Conflict(
            phrase("{order} is no draft any more.", order=order_title(order)),
            fix=phrase("Reopen the order, if nothing of it was received."),
        )


def order_title(order: Order) -> str:
    """The number of an order; that of a draft says whom it is for."""
    if order.number:
        return order.number
    return phrase("Draft {id}, {supplier}", id=order.id, supplier=order.contact_name)


def _filled(session: Session, order: Order, values: Mapping[str, Any]) -> Order:
    with session.no_autoflush:
        for name in _FIELDS:
            if name in values:
                value = values[name]
                setattr(order, name, "" if value is None and name in _TEXTS else value)
        order.date = order.date or today(session)
        order.contact_name = require_supplier(session, order.contact_id).name
        agreement = _agreement(session, order)
        if not order.currency:
            order.currency = agreement.currency if agreement else company_currency(session)
        order.currency = require_currency(order.currency)
        if order.rate is not None and order.rate <= 0:
            raise InvalidInput.of("rate", phrase("A rate is more than zero."))
        for name in (*_TEXTS, "contact_name"):
            setattr(order, name, getattr(order, name) or "")
        write_lines(session, order, values.get("lines"))
    session.add(order)
    session.flush()
    return order


def _agreement(session: Session, order: Order) -> Agreement | None:
    if order.agreement_id is None:
        return None
    found = session.get(Agreement, order.agreement_id)
    if found is None or not same_supplier(session, (found.contact_id, order.contact_id)):
        raise InvalidInput.of("agreement_id", phrase("Choose an agreement with this supplier."))
    if order.currency and order.currency != found.currency:
        raise InvalidInput.of(
            "currency",
            phrase("The agreement is in {currency}.", currency=found.currency),
        )
    return found


def suggest_warehouses(session: Session, written: str) -> list[Suggestion]:
    """The warehouses that a text could mean, where somebody keeps stock."""
    keeper, text = stock(session), written.casefold()
    if keeper is None:
        return []
    return [
        Suggestion(one.value, one.title)
        for one in keeper.warehouses(session)
        if text in one.title.casefold() or text == one.value
    ]
