"""Points that paid at a till, perhaps long before anybody here hears of it.

The sale has happened. So an account gives what it still has, and the caller learns what it lacks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models import LoyaltyAccount, LoyaltyMove, LoyaltyProgram
from addons.sales.services.amounts import EXACT, ZERO, step_of, to_step
from addons.sales.services.loyalty.awarding import has_programs
from addons.sales.services.loyalty.expiry_rules import expired_by
from addons.sales.services.loyalty.keeping import add_points, lock_account, moves_of
from addons.sales.services.loyalty.redeeming import worth_in_payment


@dataclass(frozen=True, slots=True)
class PaidInPoints:
    """A payment of a receipt in points: whose, under which programme (None: the one that the
    customer has most of), and how much in `currency`; negative where it is given back, with the
    receipts that are `undone`."""

    receipt: str
    contact_id: int
    program_id: int | None
    currency: str
    amount: Decimal
    day: date
    branch_id: int | None
    undone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PointsAtTill:
    """What the points paid, or got back where it is negative, and how many. `agreed` is False where
    they were fewer, or where more came back than those receipts had used."""

    points: Decimal
    taken: Decimal
    agreed: bool


_NOTHING: Final = PointsAtTill(ZERO, ZERO, False)


def lock_points(session: Session, contact_ids: Collection[int], receipts: Collection[str]) -> None:
    """Lock the accounts of these customers, and those that these receipts changed, in the order in
    which everybody locks them."""
    if not has_programs(session):
        return
    of_receipts = select(LoyaltyMove.account_id).where(
        LoyaltyMove.receipt.in_(receipts), LoyaltyMove.receipt != ""
    )
    session.execute(
        select(LoyaltyAccount.id)
        .where(LoyaltyAccount.contact_id.in_(contact_ids) | LoyaltyAccount.id.in_(of_receipts))
        .order_by(LoyaltyAccount.id)
        .with_for_update(of=LoyaltyAccount)
    )


def settle_points_at_till(session: Session, paid: PaidInPoints) -> PointsAtTill:
    """Take the points of a payment from its customer, or put them back where it is negative. Who
    has fewer gives those; nothing is raised for what should have been."""
    account = _account(session, paid)
    if account is None or not paid.amount:
        return _NOTHING
    wanted = _points_of(account.program, abs(paid.amount))
    if paid.amount < 0:
        return _give_back(session, account, wanted, paid)
    there = account.points - expired_by(moves_of(session, account.id), paid.day)
    points = min(wanted, max(there, ZERO))
    if not points:
        return _NOTHING
    _move(session, account, "redeem", -points, paid, paid.receipt)
    taken = min(paid.amount, worth_in_payment(account.program, points))
    return PointsAtTill(points, taken, taken == paid.amount)


def _account(session: Session, paid: PaidInPoints) -> LoyaltyAccount | None:
    wanted = (
        select(LoyaltyAccount.id)
        .join(LoyaltyProgram, LoyaltyProgram.id == LoyaltyAccount.program_id)
        .where(
            LoyaltyAccount.contact_id == paid.contact_id,
            LoyaltyProgram.currency == paid.currency,
        )
        .order_by(LoyaltyAccount.points.desc(), LoyaltyAccount.id)
        .limit(1)
    )
    if paid.program_id is not None:
        wanted = wanted.where(LoyaltyProgram.id == paid.program_id)
    found = session.scalar(wanted)
    return None if found is None else lock_account(session, found)


def _points_of(program: LoyaltyProgram, amount: Decimal) -> Decimal:
    """The fewest whole points that pay an amount."""
    return EXACT.divide(amount, program.point_value).to_integral_value(ROUND_CEILING)


def _give_back(
    session: Session, account: LoyaltyAccount, wanted: Decimal, paid: PaidInPoints
) -> PointsAtTill:
    """Points come back with what they were worth when these receipts used them; what nobody knows
    of is given free."""
    left, coin = wanted, step_of(company_currency(session))
    for receipt in sorted(set(paid.undone)):
        used, worth = _used_by(session, account, receipt)
        back = min(left, used)
        if not back:
            continue
        share = to_step(EXACT.divide(EXACT.multiply(worth, back), used), coin)
        _move(session, account, "restore", back, paid, receipt, min(share, worth))
        left -= back
    if left:
        _move(session, account, "restore", left, paid, paid.receipt)
    return PointsAtTill(wanted, paid.amount, not left)


def _used_by(session: Session, account: LoyaltyAccount, receipt: str) -> tuple[Decimal, Decimal]:
    """How many points a receipt used and did not give back, and what they were worth."""
    row = session.execute(
        select(
            -func.coalesce(func.sum(LoyaltyMove.points), 0),
            -func.coalesce(func.sum(LoyaltyMove.worth), 0),
        ).where(
            LoyaltyMove.account_id == account.id,
            LoyaltyMove.receipt == receipt,
            LoyaltyMove.kind.in_(("redeem", "restore")),
        )
    ).one()
    return max(row[0], ZERO), max(row[1], ZERO)


def _move(
    session: Session,
    account: LoyaltyAccount,
    kind: str,
    points: Decimal,
    paid: PaidInPoints,
    receipt: str,
    worth: Decimal | None = None,
) -> None:
    add_points(session, account, kind, points, paid.day, worth=worth, number=paid.receipt,
               branch_id=paid.branch_id, receipt=receipt)  # fmt: skip
