"""Points for what tills sold: a receipt has those that it should have by what was not brought back.

It earns once, when it is booked; each time that goods of it come back, what it should have by then
is held against what it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import LoyaltyAccount, LoyaltyMove, LoyaltyProgram
from addons.sales.services.amounts import ZERO
from addons.sales.services.loyalty.awarding import has_programs
from addons.sales.services.loyalty.earning import (
    OF_SALES,
    EarningLine,
    Sold,
    give_points,
    rewards,
    take_points,
    why_earned,
)
from addons.sales.services.loyalty.earning_rules import SoldAmount, points_for
from addons.sales.services.loyalty.keeping import account_of, lock_account


@dataclass(frozen=True, slots=True)
class TillReceipt:
    """What a customer bought at a till; amounts are those of what earns. `is_paid` is False where
    some of it is owed."""

    contact_id: int
    currency: str
    sold_at: datetime
    day: date
    is_paid: bool
    sold: Sold
    lines: tuple[EarningLine, ...]


@dataclass(frozen=True, slots=True)
class TillReturn:
    """A receipt of which goods came back on a day: what is left of the net of each of its lines."""

    number: str
    day: date
    branch_id: int | None
    left: Mapping[int, Decimal]


def earn_at_tills(session: Session, receipts: Sequence[TillReceipt]) -> None:
    """Give the points that these receipts earn. What is owed earns nothing in a programme that
    waits for the money: nobody tells it of a receipt that is paid later. The caller has locked the
    accounts."""
    if not receipts or not has_programs(session):
        return
    programs = session.scalars(
        select(LoyaltyProgram).where(LoyaltyProgram.active).order_by(LoyaltyProgram.id)
    ).all()
    # Accounts are made in one order: of two tills that meet, one waits.
    for receipt in sorted(receipts, key=lambda one: one.contact_id):
        for program in programs:
            bought = (receipt.contact_id, receipt.currency, receipt.sold_at, receipt.day)
            waits = program.earn_when == "paid" and not receipt.is_paid
            if not waits and rewards(session, program, *bought):
                _earn(session, program, receipt)


def _earn(session: Session, program: LoyaltyProgram, receipt: TillReceipt) -> None:
    account = account_of(session, program.id, receipt.contact_id)
    why = why_earned(session, program, account, receipt.lines, receipt.day)
    points = points_for(_amounts(why, {}), program.earn_points, program.earn_amount)
    if points:
        number = receipt.sold.number
        give_points(session, account, points, receipt.sold, why, receipt.day, receipt=number)


def take_back_at_tills(session: Session, returns: Sequence[TillReturn]) -> None:
    """Take back what these receipts earned with goods that were brought back since. The caller has
    locked the accounts."""
    if not returns or not has_programs(session):
        return
    known = {one.number: one for one in returns}
    moves = session.scalars(
        select(LoyaltyMove)
        .where(LoyaltyMove.receipt.in_(known), LoyaltyMove.kind.in_(OF_SALES))
        .order_by(LoyaltyMove.account_id, LoyaltyMove.id)
    ).all()
    earned: dict[tuple[int, str], list[LoyaltyMove]] = {}
    for move in moves:
        earned.setdefault((move.account_id, move.receipt), []).append(move)
    for (account_id, number), its_moves in earned.items():
        _take_back(session, lock_account(session, account_id), known[number], its_moves)


def _take_back(
    session: Session, account: LoyaltyAccount, came_back: TillReturn, moves: Sequence[LoyaltyMove]
) -> None:
    program = account.program
    why = next((list(move.why) for move in moves if move.why), [])
    amounts = _amounts(why, came_back.left)
    wanted = points_for(amounts, program.earn_points, program.earn_amount)
    have = sum((move.points - move.owed for move in moves), ZERO)
    if wanted < have:
        number = came_back.number
        take_points(session, account, have - wanted, came_back.day, number, came_back.branch_id,
                    receipt=number)  # fmt: skip


def _amounts(why: Sequence[Mapping[str, str]], left: Mapping[int, Decimal]) -> list[SoldAmount]:
    """What lines earn on: what is left of them, or, where nothing is said, all of it."""
    return [
        SoldAmount(
            int(one["line"]),
            max(left.get(int(one["line"]), Decimal(one["net"])), ZERO),
            Decimal(one["factor"]),
        )
        for one in why
    ]
