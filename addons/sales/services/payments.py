"""Posts payments of customers and refunds to them, and takes them back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from addons.catalog.api import require_open
from addons.contacts.api import canonical_ids
from addons.sales.events import PaidInvoice, PaymentReceived, PaymentReversed
from addons.sales.models import Invoice, Payment, PaymentPart
from addons.sales.services.amounts import ZERO
from addons.sales.services.applications import set_against, undo_of_payment
from addons.sales.services.gift_cards import spending as gift_cards
from addons.sales.services.holding import held, hold
from addons.sales.services.locking import lock_invoices, lock_payments
from addons.sales.services.loyalty import spending as points
from addons.sales.services.loyalty.awarding import award
from addons.sales.services.numbering import next_number, require_free
from addons.sales.services.payment_drafts import create_payment, require_draft_payment
from addons.sales.services.rates import rate_of
from core.api import Conflict, InvalidInput, emit, phrase, today


def post_payment(session: Session, payment: Payment) -> Payment:
    """Post a draft: it gets its number, what it pays is settled, and others are told. What no
    invoice takes stays to the customer's credit.

    Raises Conflict where somebody was faster or the day is closed, InvalidInput for more than an
    invoice leaves open, invoices of somebody else or in another currency, a currency without a
    rate, and a refund of more than the customer has to his credit.
    """
    payment = _locked(session, payment.id)
    require_draft_payment(payment)
    require_open(session, payment.day, "sale")
    # Written once, when all is known.
    with session.no_autoflush:
        payment.rate = rate_of(session, payment.currency, payment.day, payment.rate)
        invoices = lock_invoices(session, {part.invoice_id for part in payment.parts})
        _require_covered(session, payment, invoices)
        if payment.given_number:
            require_free(session, Payment, payment.given_number)
        payment.number = payment.given_number or next_number(
            session, "refund" if payment.kind == "refund" else "payment", payment.day
        )
    payment.state = "posted"
    if payment.method == "gift_card":
        gift_cards.move_for_payment(session, payment)
    elif payment.method == "loyalty":
        points.take_for_payment(session, payment)
    for part in payment.parts:
        invoice = invoices[part.invoice_id]
        if payment.kind == "payment":
            set_against(session, payment, invoice, part.amount, payment.day)
        else:
            set_against(session, invoice, payment, part.amount, payment.day)
    if payment.kind == "refund" and payment.unused:
        _refund_credit(session, payment)
    session.flush()
    emit(session, _told(payment))
    paid = [one for one in invoices.values() if one.payment_progress == "paid"]
    award(session, paid, payment.day)
    return payment


def _require_covered(session: Session, payment: Payment, invoices: dict[int, Invoice]) -> None:
    """Refuse parts that come to more than the payment, or that may not be paid by it."""
    paid = sum((part.amount for part in payment.parts), ZERO)
    if paid > payment.amount:
        raise InvalidInput.of(
            "amount",
            phrase("It pays {paid}, and comes to {amount}.", paid=f"{paid:f}",
                   amount=f"{payment.amount:f}"),
        )  # fmt: skip
    for place, part in enumerate(payment.parts):
        _require_payable(session, payment, invoices[part.invoice_id], part, f"parts.{place}.amount")


def _locked(session: Session, payment_id: int) -> Payment:
    known = held(session, Payment, [payment_id])
    if known is not None:
        return known[payment_id]
    found = session.scalars(
        select(Payment)
        .where(Payment.id == payment_id)
        .options(selectinload(Payment.parts))
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise Conflict(phrase("This draft was deleted meanwhile."))
    hold(session, [found])
    return found


def _is_same(session: Session, invoice: Invoice, payment: Payment) -> bool:
    """Whether the two name one customer today, after contacts were merged."""
    known = canonical_ids(session, {invoice.contact_id, payment.contact_id})
    return len(set(known.values())) == 1


def _require_payable(
    session: Session, payment: Payment, invoice: Invoice, part: PaymentPart, field: str
) -> None:
    kind = "invoice" if payment.kind == "payment" else "credit_note"
    at = field.rpartition(".")[0]
    if invoice.kind != kind or invoice.state != "posted":
        raise InvalidInput.of(
            f"{at}.invoice_id",
            phrase("A payment pays posted invoices, a refund posted credit notes."),
        )
    if invoice.contact_id != payment.contact_id and not _is_same(session, invoice, payment):
        raise InvalidInput.of(
            f"{at}.invoice_id",
            phrase("{number} is another customer's.", number=invoice.number or ""),
        )
    if invoice.currency != payment.currency:
        raise InvalidInput.of(
            f"{at}.invoice_id",
            phrase("{number} is in {currency}.", number=invoice.number or "",
                   currency=invoice.currency),
            fix=phrase("Enter a payment in {currency}.", currency=invoice.currency),
        )  # fmt: skip
    if part.amount > invoice.residual:
        raise InvalidInput.of(
            field,
            phrase(
                "{open} {currency} of {number} are open.",
                open=f"{invoice.residual:f}",
                currency=invoice.currency,
                number=invoice.number or "",
            ),
            fix=phrase("What is beyond it stays to the customer's credit: lower the part."),
        )


def _refund_credit(session: Session, refund: Payment) -> None:
    """Take what a refund pays beyond credit notes from what the customer paid on account."""
    ahead = session.scalars(
        select(Payment)
        .where(
            Payment.contact_id == refund.contact_id,
            Payment.currency == refund.currency,
            Payment.state == "posted",
            Payment.kind == "payment",
            Payment.used < Payment.amount,
        )
        .order_by(Payment.day, Payment.id)
        .with_for_update()
    ).all()
    for credit in ahead:
        part = min(refund.unused, credit.unused)
        if part > 0:
            set_against(session, credit, refund, part, refund.day)
    if refund.unused:
        raise InvalidInput.of(
            "amount",
            phrase(
                "{name} has no such credit: {left} {currency} are too much.",
                name=refund.contact_name,
                left=f"{refund.unused:f}",
                currency=refund.currency,
            ),
            fix=phrase("Write a credit note first, or lower the amount."),
        )


def _told(payment: Payment) -> PaymentReceived:
    return PaymentReceived(
        payment_id=payment.id,
        kind=payment.kind,  # type: ignore[arg-type]
        number=payment.number or "",
        day=payment.day,
        contact_id=payment.contact_id,
        currency=payment.currency,
        rate=payment.rate or Decimal(1),
        amount=payment.amount,
        method=payment.method,  # type: ignore[arg-type]
        journal=payment.journal,
        account=payment.account,
        invoices=tuple(PaidInvoice(part.invoice_id, part.amount) for part in payment.parts),
        branch_id=payment.branch_id,
    )


def reverse_payment(
    session: Session, payment: Payment, reason: str, day: date | None = None
) -> Payment:
    """Take a payment back: it bounced, or was entered in error. What it paid is open again. Raises
    InvalidInput without a reason, Conflict for what is not posted or was paid back since."""
    payment = lock_payments(session, [payment.id])[payment.id]
    if payment.state != "posted":
        raise Conflict(phrase("Only a posted payment is reversed."))
    if not reason.strip():
        raise InvalidInput.of("reversal_reason", phrase("Say why: the reason is kept."))
    day = day or max(today(session), payment.day)
    require_open(session, day, "sale")
    undo_of_payment(session, payment)
    payment.state, payment.reversal_reason, payment.reversed_on = "reversed", reason.strip(), day
    gift_cards.undo_for_payment(session, payment, day, payment.reversal_reason)
    points.undo_for_payment(session, payment, day, payment.reversal_reason)
    session.flush()
    emit(session, PaymentReversed(payment.id, day, payment.reversal_reason))
    return payment


def pay_invoices(
    session: Session,
    invoice_ids: Collection[int],
    *,
    amount: Decimal | None = None,
    day: date | None = None,
    journal: str = "",
    reference: str = "",
) -> Payment:
    """Enter and post a payment for these invoices of one customer: all that is open of them, or
    this amount, the first due first; what is beyond stays to his credit."""
    found = list(lock_invoices(session, invoice_ids).values())
    if not found:
        raise InvalidInput.of("invoices", phrase("There is no such invoice."))
    found.sort(key=lambda one: (one.due_day or one.day, one.id))
    left = whole = amount if amount is not None else sum((one.residual for one in found), ZERO)
    parts = []
    for invoice in found:
        part = min(left, invoice.residual)
        if part > 0:
            parts.append({"invoice_id": invoice.id, "amount": part})
            left -= part
    payment = create_payment(
        session,
        {
            "contact_id": found[0].contact_id,
            "currency": found[0].currency,
            "day": day,
            "amount": whole,
            "journal": journal,
            "reference": reference,
            "branch_id": found[0].branch_id,
            "parts": parts,
        },
    )
    return post_payment(session, payment)
