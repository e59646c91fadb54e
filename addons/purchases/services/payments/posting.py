"""Posting payments, and taking them back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import require_open
from addons.purchases.events import PaidBill, SupplierPaid, SupplierPaymentReversed
from addons.purchases.models import Application, Bill, Payment
from addons.purchases.options import PurchasesOptions
from addons.purchases.services.bills.writing import bill_title
from addons.purchases.services.locking import lock, lock_all
from addons.purchases.services.numbering import next_number
from addons.purchases.services.payments.balances import refresh_bills, refresh_payments
from addons.purchases.services.payments.writing import payment_title, require_draft
from addons.purchases.services.rates import require_rate
from core.api import Conflict, InvalidInput, emit, options, phrase, today


def post_payment(session: Session, payment: Payment) -> Payment:
    """Post a draft: its bills are paid by it, the rest is an advance. Raises Conflict for a bill
    that is paid meanwhile, or should not be paid, and the books' error for a closed day."""
    bills = lock_all(session, Bill, [line.bill_id for line in payment.lines])
    payment = lock(session, Payment, payment.id)
    require_draft(payment)
    require_open(session, payment.date, None)
    rate = require_rate(session, payment.currency, payment.date, payment.rate)
    payment.rate = rate
    _require_payable(session, payment, bills)
    number = next_number(session, "payment", payment.date)
    payment.number = number
    payment.state = "posted"
    session.flush()
    refresh_bills(session, bills.values())
    refresh_payments(session, [payment])
    emit(
        session,
        SupplierPaid(
            payment_id=payment.id,
            kind="payment" if payment.kind == "payment" else "refund",
            number=number,
            day=payment.date,
            contact_id=payment.contact_id,
            currency=payment.currency,
            rate=rate,
            amount=payment.amount,
            journal=payment.journal,
            account=payment.account,
            bills=tuple(PaidBill(line.bill_id, line.amount) for line in payment.lines),
            branch_id=payment.branch_id,
        ),
    )
    return payment


def reverse_payment(session: Session, payment: Payment, reason: str = "") -> Payment:
    """Take a posted payment back, today: what it paid is open again. Raises Conflict where that was
    done before."""
    named = session.scalars(
        select(Application.bill_id).where(Application.payment_id == payment.id)
    ).all()
    bills = lock_all(session, Bill, [*named, *(line.bill_id for line in payment.lines)])
    payment = lock(session, Payment, payment.id)
    if payment.state != "posted":
        raise Conflict(
            phrase("{number} is not posted.", number=payment_title(payment)),
            fix=phrase("Look when it was reversed."),
        )
    day = max(today(session), payment.date)
    require_open(session, day, None)
    payment.state, payment.reversed_on = "reversed", day
    payment.reversal_reason = reason
    for one in session.scalars(
        select(Application).where(
            Application.payment_id == payment.id, Application.undone_on.is_(None)
        )
    ):
        one.undone_on = day
    session.flush()
    refresh_bills(session, bills.values())
    refresh_payments(session, [payment])
    emit(session, SupplierPaymentReversed(payment.id, day, reason))
    return payment


def _require_payable(session: Session, payment: Payment, bills: Mapping[int, Bill]) -> None:
    kind = "bill" if payment.kind == "payment" else "debit_note"
    blocks = options(session, PurchasesOptions).block_payment
    paid = Decimal(0)
    for place, line in enumerate(payment.lines):
        bill, field = bills[line.bill_id], f"lines.{place}.bill_id"
        if bill.state != "posted" or bill.kind != kind:
            raise InvalidInput.of(
                field,
                phrase("A payment pays posted bills.")
                if kind == "bill"
                else phrase("A refund comes from posted debit notes."),
            )
        if bill.currency != payment.currency:
            raise InvalidInput.of(
                field,
                phrase("{bill} is in {currency}.", bill=bill.number, currency=bill.currency),
                fix=phrase("Pay it in its currency, at the rate that the bank booked."),
            )
        if line.amount > bill.open:
            raise Conflict(
                phrase("Of {bill} only {open} are open.", bill=bill_title(bill), open=bill.open),
                fix=phrase("Somebody may have paid it meanwhile: look at it again."),
            )
        if blocks and bill.match == "no":
            raise Conflict(
                phrase("{bill} should not be paid: it differs.", bill=bill_title(bill)),
                fix=phrase("Have it released, or pay the rest without it."),
            )
        paid += line.amount
    if paid > payment.amount:
        raise InvalidInput.of("amount", phrase("The bills come to more than the payment."))
