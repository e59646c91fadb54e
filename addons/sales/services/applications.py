"""Sets what customers have to their credit against what they owe: payments, credit notes, and what
the books settled by themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.contacts.api import canonical_ids
from addons.sales.events import CreditApplied
from addons.sales.models import Application, Invoice, Payment
from addons.sales.services.amounts import ZERO
from addons.sales.services.locking import lock_invoices, lock_payments
from addons.sales.services.loyalty.awarding import award
from core.api import Conflict, InvalidInput, emit, fetch_rows, phrase, today

# Built once: every invoice that is posted asks it.
_AHEAD: Final = (
    select(Payment.id)
    .where(
        Payment.order_id == func.any(bindparam("orders", type_=ARRAY(BIGINT))),
        Payment.state == "posted",
        Payment.kind == "payment",
        Payment.used < Payment.amount,
        Payment.currency == bindparam("currency"),
        Payment.contact_id == bindparam("contact"),
    )
    .order_by(Payment.day, Payment.id)
    .with_for_update()
)


def settle(document: Invoice | Payment, amount: Decimal) -> None:
    """Note on a document that so much more of it was settled, or less where it is negative."""
    if isinstance(document, Payment):
        document.used += amount
        return
    document.settled += amount
    if document.settled == document.total:
        document.payment_progress = "paid"
    else:
        # What is kept back was settled with the posting: nobody has paid anything by that.
        paid = document.settled > document.retained
        document.payment_progress = "partly" if paid else "open"


def set_against(
    session: Session,
    credit: Invoice | Payment,
    owed: Invoice | Payment,
    amount: Decimal,
    day: date,
) -> Application:
    """Set an amount of a credit against what is owed; both are locked by the caller."""
    settle(credit, amount)
    settle(owed, amount)
    made = Application(day=day, amount=amount, undone=False)
    if isinstance(credit, Payment):
        made.payment_id = credit.id
    else:
        made.credit_note_id = credit.id
    if isinstance(owed, Payment):
        made.refund_id = owed.id
    else:
        made.invoice_id = owed.id
    session.add(made)
    return made


def apply_credit(
    session: Session,
    invoice_id: int,
    *,
    payment_id: int | None = None,
    credit_note_id: int | None = None,
    amount: Decimal | None = None,
    day: date | None = None,
) -> Application:
    """Set what is left of a payment, or of a credit note, against an invoice of the same customer:
    as much as possible, or this amount. Told by `sales.CreditApplied`.

    Raises Conflict where they do not go together or nothing is left, InvalidInput for more than is
    left of either.
    """
    payment = lock_payments(session, [payment_id]).get(payment_id) if payment_id else None
    invoices = lock_invoices(session, [one for one in (invoice_id, credit_note_id) if one])
    invoice, note = invoices.get(invoice_id), invoices.get(credit_note_id or 0)
    credit = payment if payment is not None else note
    if invoice is None or credit is None:
        raise InvalidInput.of("invoice_id", phrase("There is no such document."))
    _require_together(session, invoice, credit)
    left = credit.unused if isinstance(credit, Payment) else credit.residual
    most = min(left, invoice.residual)
    wanted = most if amount is None else amount
    if most <= 0:
        raise Conflict(phrase("Nothing is left to be set off."))
    if not 0 < wanted <= most:
        raise InvalidInput.of(
            "amount",
            phrase("At the most {most} {currency} can be set off.", most=f"{most:f}",
                   currency=invoice.currency),
        )  # fmt: skip
    return _apply(session, credit, invoice, wanted, day or max(today(session), invoice.day))


def _require_together(session: Session, invoice: Invoice, credit: Invoice | Payment) -> None:
    right = (
        credit.kind == "payment" if isinstance(credit, Payment) else credit.kind == "credit_note"
    )
    if invoice.kind != "invoice" or not right:
        raise Conflict(phrase("A payment or a credit note is set against an invoice."))
    if invoice.state != "posted" or credit.state != "posted":
        raise Conflict(phrase("Only what was posted can be set off."))
    today_ids = canonical_ids(session, {invoice.contact_id, credit.contact_id})
    if len(set(today_ids.values())) != 1 or invoice.currency != credit.currency:
        raise Conflict(phrase("The documents are of several customers or in several currencies."))


def _apply(
    session: Session, credit: Invoice | Payment, invoice: Invoice, amount: Decimal, day: date
) -> Application:
    made = set_against(session, credit, invoice, amount, day)
    session.flush()
    emit(
        session,
        CreditApplied(
            made.id,
            "payment" if isinstance(credit, Payment) else "credit_note",
            credit.id,
            invoice.id,
            amount,
            day,
        ),
    )
    if invoice.payment_progress == "paid":
        award(session, [invoice], day)
    return made


def apply_note(session: Session, note: Invoice) -> None:
    """Set a credit note that was just posted against the invoice that it corrects, as far as that
    is open; the rest stays to the customer's credit."""
    if note.kind != "credit_note" or note.corrects_id is None:
        return
    invoice = lock_invoices(session, [note.corrects_id])[note.corrects_id]
    amount = min(note.residual, invoice.residual)
    if amount > 0:
        _apply(session, note, invoice, amount, note.day)


def apply_order_payments(session: Session, invoice: Invoice, order_ids: Collection[int]) -> None:
    """Set what was paid ahead for these orders against their invoice that was just posted."""
    if invoice.kind != "invoice" or not order_ids:
        return
    asked = {
        "orders": sorted(set(order_ids)),
        "currency": invoice.currency,
        "contact": invoice.contact_id,
    }
    ahead = [row.id for row in fetch_rows(session, _AHEAD, asked)]
    payments = lock_payments(session, ahead)
    for payment in (payments[one] for one in ahead):
        amount = min(payment.unused, invoice.residual)
        if amount > 0:
            _apply(session, payment, invoice, amount, max(payment.day, invoice.day))


def undo_of_payment(session: Session, payment: Payment) -> None:
    """Undo all that a payment, or a refund, was set against. Raises Conflict where the payment was
    paid back since. The caller has locked the payment."""
    mine = (
        Application.payment_id == payment.id
        if payment.kind == "payment"
        else Application.refund_id == payment.id
    )
    also = or_(mine, Application.refund_id == payment.id)
    found = session.scalars(
        select(Application).where(also, Application.undone.is_(False)).order_by(Application.id)
    ).all()
    if payment.kind == "payment" and any(one.refund_id is not None for one in found):
        raise Conflict(
            phrase("{number} was paid back.", number=payment.number or ""),
            fix=phrase("Reverse the refund first."),
        )
    undo(session, found, {payment.id: payment})


def undo(
    session: Session, found: Collection[Application], held: dict[int, Payment] | None = None
) -> None:
    """Undo these applications: what they settled is open again."""
    invoices = lock_invoices(
        session,
        {key for one in found for key in (one.invoice_id, one.credit_note_id) if key is not None},
    )
    wanted = {key for one in found for key in (one.payment_id, one.refund_id) if key is not None}
    payments = {**lock_payments(session, wanted - (held or {}).keys()), **(held or {})}
    for one in found:
        one.undone = True
        for key in (one.invoice_id, one.credit_note_id):
            if key is not None:
                settle(invoices[key], -one.amount)
        for key in (one.payment_id, one.refund_id):
            if key is not None:
                settle(payments[key], -one.amount)
    session.flush()
    award(session, invoices.values(), today(session))


def credit_on_account(session: Session, contact_id: int, currency: str) -> Decimal:
    """What a customer paid and no invoice took."""
    rows = session.execute(
        select(Payment.amount - Payment.used).where(
            Payment.contact_id == contact_id,
            Payment.currency == currency,
            Payment.state == "posted",
            Payment.kind == "payment",
            Payment.used < Payment.amount,
        )
    )
    return sum((row[0] for row in rows), ZERO)
