"""Agreements: written, put in force, ended."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.models import Agreement, AgreementLine
from addons.purchases.services.line_editing import edited_lines, require_price, require_quantity
from addons.purchases.services.locking import lock
from addons.purchases.services.numbering import next_number
from addons.purchases.services.product_lines import measured, products_of
from addons.purchases.services.rates import require_currency
from addons.purchases.services.suppliers import require_supplier
from core.api import Conflict, InvalidInput, phrase, today

_FIELDS: Final = (
    "kind", "contact_id", "reference", "currency", "start_on", "end_on", "amount", "terms",
)  # fmt: skip
_LINE_FIELDS: Final = ("position", "product_id", "unit_id", "price", "quantity")


def create_agreement(session: Session, values: Mapping[str, Any]) -> Agreement:
    """A draft of an agreement."""
    return _filled(session, Agreement(state="draft", start_on=today(session)), values)


def update_agreement(
    session: Session, agreement: Agreement, values: Mapping[str, Any]
) -> Agreement:
    """Change a draft; raises Conflict for one that is in force."""
    if agreement.state != "draft":
        raise Conflict(
            phrase("{number} is in force and does not change.", number=agreement.number),
            fix=phrase("Close it, and agree anew."),
        )
    return _filled(session, agreement, values)


def activate_agreement(session: Session, agreement: Agreement) -> Agreement:
    """Put a draft in force: it gets its number, and orders can call off. An agreement on
    quantities needs them on every line, one on a value needs the value."""
    agreement = lock(session, Agreement, agreement.id)
    if agreement.state != "draft":
        raise Conflict(phrase("This agreement is no draft any more."))
    if not agreement.lines:
        raise InvalidInput.of("lines", phrase("An agreement needs a line."))
    if agreement.kind == "value" and agreement.amount is None:
        raise InvalidInput.of("amount", phrase("Say which value is agreed."))
    if agreement.kind == "quantity":
        for place, line in enumerate(agreement.lines):
            require_quantity(line.quantity, f"lines.{place}.quantity")
    agreement.number = next_number(session, "agreement", agreement.start_on)
    agreement.state = "active"
    session.flush()
    return agreement


def close_agreement(session: Session, agreement: Agreement) -> Agreement:
    """End an agreement: nothing more is called off; what was ordered stays ordered."""
    agreement = lock(session, Agreement, agreement.id)
    if agreement.state != "active":
        raise Conflict(phrase("Only an agreement in force is closed."))
    agreement.state = "closed"
    session.flush()
    return agreement


def agreement_title(agreement: Agreement) -> str:
    """The number; of a draft whom it is with."""
    return agreement.number or phrase(
        "Draft {id}, {supplier}", id=agreement.id, supplier=agreement.contact_name
    )


def _filled(session: Session, agreement: Agreement, values: Mapping[str, Any]) -> Agreement:
    with session.no_autoflush:
        for name in _FIELDS:
            if name in values:
                setattr(agreement, name, values[name])
        agreement.contact_name = require_supplier(session, agreement.contact_id).name
        agreement.currency = require_currency(agreement.currency or company_currency(session))
        agreement.reference, agreement.terms = agreement.reference or "", agreement.terms or ""
        if agreement.end_on is not None and agreement.end_on < agreement.start_on:
            raise InvalidInput.of("end_on", phrase("The last day is before the first."))
        if agreement.amount is not None and agreement.amount <= 0:
            raise InvalidInput.of("amount", phrase("A value is more than zero."))
        if "lines" in values:
            _write_lines(session, agreement, [dict(line) for line in values["lines"]])
    session.add(agreement)
    session.flush()
    return agreement


def _write_lines(session: Session, agreement: Agreement, sent: list[dict[str, Any]]) -> None:
    products = products_of(session, sent, [line.product_id for line in agreement.lines])

    def fill(line: AgreementLine, values: dict[str, Any], place: str) -> None:
        for name in _LINE_FIELDS:
            if name in values:
                setattr(line, name, values[name])
        product = products.get(line.product_id)
        if product is None:
            raise InvalidInput.of(f"{place}.product_id", phrase("Choose a product."))
        if line.price is None:
            raise InvalidInput.of(f"{place}.price", phrase("Say which price is agreed."))
        line.price = require_price(line.price, f"{place}.price")
        if line.quantity is not None:
            line.quantity = require_quantity(line.quantity, f"{place}.quantity")
        line.unit_id = line.unit_id or product.purchase_unit_id or product.unit_id

    agreement.lines = edited_lines(agreement.lines, sent, AgreementLine, fill)
    asked = [
        (line.product_id, line.quantity or Decimal(1), line.unit_id) for line in agreement.lines
    ]
    for line, found in zip(agreement.lines, measured(session, asked, products), strict=True):
        line.factor = found.factor
