"""What a payment by points that is posted or reversed does to its account."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import LoyaltyMove, Payment
from addons.sales.services.amounts import ZERO
from addons.sales.services.loyalty.expiry_rules import expired_by
from addons.sales.services.loyalty.keeping import add_points, lock_account, lock_accounts, moves_of
from core.api import Conflict, InvalidInput, phrase


def take_for_payment(session: Session, payment: Payment) -> None:
    """Take the points of a payment that is being posted. Raises InvalidInput for more than the
    customer has, those that have expired left out."""
    if payment.loyalty_account_id is None or payment.points is None or payment.kind != "payment":
        raise InvalidInput.of("method", phrase("Say with whose points it is paid."))
    lock_accounts(session, payment.contact_id)
    account = lock_account(session, payment.loyalty_account_id)
    there = account.points - expired_by(moves_of(session, account.id), payment.day)
    if payment.points > there:
        raise InvalidInput.of(
            "points",
            phrase("{name} has {points} points.", name=account.contact_name, points=f"{there:f}"),
        )
    add_points(
        session,
        account,
        "redeem",
        -payment.points,
        payment.day,
        number=payment.number or "",
        branch_id=payment.branch_id,
        payment_id=payment.id,
    )


def undo_for_payment(session: Session, payment: Payment, day: date, reason: str) -> None:
    """Give the points of a reversed payment back, with what they were worth. Those that would have
    expired meanwhile expire by the next run, as if they had never been used."""
    if payment.loyalty_account_id is None or payment.points is None:
        return
    taken = session.scalars(
        select(LoyaltyMove).where(
            LoyaltyMove.payment_id == payment.id, LoyaltyMove.kind == "redeem"
        )
    ).one_or_none()
    if taken is None:
        raise Conflict(phrase("This payment took no points."))
    lock_accounts(session, payment.contact_id)
    account = lock_account(session, taken.account_id)
    add_points(
        session,
        account,
        "restore",
        -taken.points,
        day,
        worth=-taken.worth if taken.worth else ZERO,
        number=payment.number or "",
        branch_id=payment.branch_id,
        payment_id=payment.id,
        reason=reason,
    )
