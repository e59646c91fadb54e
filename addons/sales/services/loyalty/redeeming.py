"""Paying with points.

Points pay like money, so the invoice stays as it is: its tax is that of the whole price. Where the
law sees a discount in them instead, which lowers what is taxed (as article 79(b) of Directive
2006/112/EC has it for discounts at the time of the supply), the discount is given on the invoice
before it is posted, and points are taken off by an adjustment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.contacts.api import canonical_ids
from addons.sales.models import Invoice, LoyaltyAccount, LoyaltyProgram, Payment
from addons.sales.services.amounts import EXACT, HUNDRED, ZERO, step_of
from addons.sales.services.locking import lock_invoices
from addons.sales.services.loyalty.expiry_rules import expired_by
from addons.sales.services.loyalty.keeping import moves_of
from addons.sales.services.payment_drafts import create_payment
from addons.sales.services.payments import post_payment
from core.api import Conflict, InvalidInput, phrase, today


@dataclass(frozen=True, slots=True)
class Redeemable:
    """What an account can pay of an invoice: so many points at the most, worth so much."""

    account_id: int
    program: str
    points: Decimal
    amount: Decimal
    balance: Decimal
    point_value: Decimal


def worth_in_payment(program: LoyaltyProgram, points: Decimal) -> Decimal:
    """What so many points pay, rounded down to the currency's coins."""
    exact = EXACT.multiply(points, program.point_value)
    return exact.quantize(step_of(program.currency), rounding=ROUND_FLOOR, context=EXACT)


def redeemable(session: Session, invoice: Invoice, day: date | None = None) -> list[Redeemable]:
    """The accounts of the invoice's customer that can pay of it on a day, or today, with the most
    that each can."""
    day = day or today(session)
    contact_id = canonical_ids(session, {invoice.contact_id})[invoice.contact_id]
    rows = session.scalars(
        select(LoyaltyAccount)
        .join(LoyaltyProgram, LoyaltyProgram.id == LoyaltyAccount.program_id)
        .where(
            LoyaltyAccount.contact_id == contact_id,
            LoyaltyAccount.points > 0,
            LoyaltyProgram.currency == invoice.currency,
            LoyaltyProgram.active,
        )
        .order_by(LoyaltyAccount.id)
    )
    found = [_most(session, account, invoice, day) for account in rows]
    return [one for one in found if one.points]


def _most(session: Session, account: LoyaltyAccount, invoice: Invoice, day: date) -> Redeemable:
    program = account.program
    there = account.points - expired_by(moves_of(session, account.id), day)
    cap = min(invoice.residual, EXACT.divide(invoice.total * program.most_percent, HUNDRED))
    # The last point may be worth more than is open: no points are lost for nothing.
    affordable = EXACT.divide(cap, program.point_value).to_integral_value(ROUND_FLOOR)
    points = min(there, affordable)
    if points < program.least_points:
        points = ZERO
    amount = worth_in_payment(program, points)
    if not amount:
        points = ZERO
    return Redeemable(account.id, program.name, points, amount, there, program.point_value)


def pay_with_points(
    session: Session,
    invoice_id: int,
    account_id: int,
    points: Decimal | None = None,
    day: date | None = None,
) -> Payment:
    """Pay an invoice with points: as many as can pay of it, or so many. Raises Conflict where none
    can, InvalidInput for somebody else's account and for more or fewer points than may be used."""
    invoice = lock_invoices(session, [invoice_id])[invoice_id]
    if invoice.kind != "invoice" or invoice.state != "posted":
        raise Conflict(phrase("Only a posted invoice is paid."))
    if any(line.role == "gift_card" for line in invoice.lines):
        raise Conflict(phrase("Points do not buy gift cards."))
    day = day or max(today(session), invoice.day)
    known = {one.account_id: one for one in redeemable(session, invoice, day)}
    most = known.get(account_id)
    if most is None:
        raise Conflict(phrase("The customer has no points that could pay of this invoice."))
    account = session.get_one(LoyaltyAccount, account_id)
    wanted = most.points if points is None else points
    least = max(account.program.least_points, Decimal(1))
    if not wanted.is_finite() or wanted != wanted.to_integral_value():
        raise InvalidInput.of("points", phrase("Points are whole."))
    if not least <= wanted <= most.points:
        raise InvalidInput.of(
            "points",
            phrase("From {least} to {most} points pay of this invoice.", least=f"{least:f}",
                   most=f"{most.points:f}"),
        )  # fmt: skip
    amount = worth_in_payment(account.program, wanted)
    if not amount:
        raise InvalidInput.of("points", phrase("These points are worth nothing."))
    payment = create_payment(
        session,
        {
            "method": "loyalty",
            "contact_id": invoice.contact_id,
            "currency": invoice.currency,
            "rate": invoice.rate,
            "day": day,
            "amount": amount,
            "reference": phrase("{points} points", points=f"{wanted:f}"),
            "branch_id": invoice.branch_id,
            "parts": [{"invoice_id": invoice.id, "amount": amount}],
        },
    )
    payment.loyalty_account_id, payment.points = account.id, wanted
    return post_payment(session, payment)
