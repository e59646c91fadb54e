"""Drafts of payments and refunds: what was paid, through which bank or till, and what for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import MoneyJournal, company_currency, money_journals
from addons.sales.models import Invoice, Payment, PaymentPart, SalesOrder
from addons.sales.services.amounts import MOST_PRICE, ZERO, step_of
from addons.sales.services.customers import customer_of
from addons.sales.services.holding import hold
from addons.sales.services.numbering import require_free
from core.api import Conflict, InvalidInput, add_new, phrase, today

_FIELDS: Final = ("branch_id", "rate", "source_type", "source_id")
_TEXTS: Final = ("reference", "note")


def create_payment(session: Session, values: Mapping[str, Any]) -> Payment:
    """A draft. Raises InvalidInput that names the field."""
    payment = Payment(
        kind=values.get("kind") or "payment",
        method=values.get("method") or "money",
        state="draft",
        day=today(session),
        currency=company_currency(session),
        contact_name="",
        journal="",
        account="",
        given_number="",
        reference="",
        note="",
        used=ZERO,
    )
    _write(session, payment, values)
    add_new(session, payment)
    hold(session, [payment])
    return payment


def update_payment(session: Session, payment: Payment, values: Mapping[str, Any]) -> Payment:
    """Change a draft; raises Conflict for what was posted."""
    require_draft_payment(payment)
    _write(session, payment, values)
    session.flush()
    return payment


def delete_payment(session: Session, payment: Payment) -> None:
    """Delete a draft."""
    require_draft_payment(payment)
    session.delete(payment)
    session.flush()


def require_draft_payment(payment: Payment) -> None:
    """Raise Conflict for a payment that was posted."""
    if payment.state != "draft":
        raise Conflict(
            phrase("{number} was posted and stays as it is.", number=payment.number or ""),
            fix=phrase("Reverse it, and enter it again."),
        )


def _write(session: Session, payment: Payment, values: Mapping[str, Any]) -> None:
    order_id = values.get("order_id", payment.order_id)
    order = None if order_id is None else session.get(SalesOrder, order_id)
    contact_id = values.get("contact_id") or payment.contact_id
    if contact_id is None and order is not None:
        contact_id = order.contact_id
    if contact_id != payment.contact_id:
        customer = customer_of(session, contact_id)
        payment.contact_id, payment.contact_name = customer.id, customer.name
    payment.order_id = None if order is None else order.id
    if order is not None and order.contact_id != payment.contact_id:
        raise InvalidInput.of("order_id", phrase("This order is another customer's."))
    if payment.id is None and payment.kind not in ("payment", "refund"):
        raise InvalidInput.of("kind", phrase("A payment, or a refund."))
    for name in ("day", "currency", "amount"):
        if values.get(name) is not None:
            setattr(payment, name, values[name])
    for name in _FIELDS:
        if name in values:
            setattr(payment, name, values[name])
    for name in _TEXTS:
        if name in values:
            setattr(payment, name, values[name] or "")
    payment.currency = payment.currency.strip().upper()
    require_amount(payment.amount, payment.currency)
    _set_journal(session, payment, values)
    given = (values.get("given_number") or "").strip()
    if given and given != payment.given_number:
        require_free(session, Payment, given)
        payment.given_number = given
    if "parts" in values:
        _set_parts(payment, values["parts"])


def require_amount(amount: Decimal | None, currency: str, field: str = "amount") -> None:
    """Raise InvalidInput, naming the field, for what is no amount of this currency."""
    if amount is None or not amount.is_finite() or not 0 < amount < MOST_PRICE:
        raise InvalidInput.of(field, phrase("An amount is more than nothing."))
    if amount != amount.quantize(step_of(currency)):
        raise InvalidInput.of(
            field,
            phrase("{currency} has no coins as small as that.", currency=currency),
        )


def _set_journal(session: Session, payment: Payment, values: Mapping[str, Any]) -> None:
    """The bank or till, by the code of its journal: the one asked for, or the first in the currency
    of the payment. Raises InvalidInput for one that there is not."""
    wanted = (values.get("journal") or payment.journal or "").strip()
    if payment.method != "money":
        payment.journal = payment.account = ""
        return
    known: Iterable[MoneyJournal] = money_journals(session)
    if not known:
        payment.journal, payment.account = wanted, values.get("account") or payment.account or ""
        return
    fitting = [one for one in known if one.journal == wanted or not wanted]
    if not fitting:
        raise InvalidInput.of("journal", phrase("There is no bank or till {code}.", code=wanted))
    fitting.sort(key=lambda one: one.currency != payment.currency)
    account = (values.get("account") or "").strip()
    chosen = next((one for one in fitting if one.account == account), fitting[0])
    payment.journal, payment.account = chosen.journal, chosen.account


def _set_parts(payment: Payment, sent: Iterable[Mapping[str, Any]]) -> None:
    known = {part.id: part for part in payment.parts}
    kept: list[PaymentPart] = []
    for place, values in enumerate(sent):
        part = known.get(values.get("id") or 0) or PaymentPart()
        part.position = values.get("position") or place + 1
        if values.get("invoice_id") is not None:
            part.invoice_id = values["invoice_id"]
        if part.invoice_id in {one.invoice_id for one in kept}:
            raise InvalidInput.of(f"parts.{place}.invoice_id", phrase("Name each invoice once."))
        amount = values.get("amount", part.amount)
        require_amount(amount, payment.currency, f"parts.{place}.amount")
        part.amount = amount
        kept.append(part)
    payment.parts = kept


def pay_oldest(session: Session, payment: Payment) -> int:
    """Let a draft pay what the customer owes, the first due first, as far as it goes; returns how
    many invoices it pays. A refund pays back credit notes."""
    require_draft_payment(payment)
    kind = "invoice" if payment.kind == "payment" else "credit_note"
    owed = session.scalars(
        select(Invoice)
        .where(
            Invoice.contact_id == payment.contact_id,
            Invoice.currency == payment.currency,
            Invoice.state == "posted",
            Invoice.kind == kind,
            Invoice.payment_progress != "paid",
        )
        .order_by(Invoice.due_day, Invoice.day, Invoice.id)
    )
    left, parts = payment.amount, []
    for invoice in owed:
        part = min(left, invoice.residual)
        if part <= 0:
            break
        parts.append({"invoice_id": invoice.id, "amount": part})
        left -= part
    payment.parts = []
    session.flush()
    _set_parts(payment, parts)
    session.flush()
    return len(parts)
