"""What a session should hold of each method: float, cash in and out, and what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from addons.pos.models import CashMove, Method, SalePayment, TillSession
from addons.pos.services.methods import COUNTED, cash_method, methods_of

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class DrawerCash:
    """Cash of a session: what it began with, what was paid, put in and taken out."""

    opening_float: Decimal
    paid: Decimal
    moved_in: Decimal
    moved_out: Decimal

    @property
    def expected(self) -> Decimal:
        """What should be in the drawer."""
        return self.opening_float + self.paid + self.moved_in - self.moved_out


@dataclass(frozen=True, slots=True)
class ExpectedAmount:
    """What should be there of a method that is counted."""

    method: Method
    amount: Decimal


def paid_by_method(session: Session, session_id: int) -> dict[int, tuple[int, Decimal]]:
    """How often and how much was paid in a session by each method."""
    rows = session.execute(
        select(SalePayment.method_id, func.count(), func.sum(SalePayment.amount))
        .where(SalePayment.session_id == session_id)
        .group_by(SalePayment.method_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def drawer_cash(session: Session, till_session: TillSession) -> DrawerCash:
    """The cash of a session."""
    cash = cash_method(session, till_session.register_id)
    paid = paid_by_method(session, till_session.id)
    moved = session.execute(
        select(
            func.coalesce(func.sum(case((CashMove.direction == "in", CashMove.amount))), ZERO),
            func.coalesce(func.sum(case((CashMove.direction == "out", CashMove.amount))), ZERO),
        ).where(CashMove.session_id == till_session.id)
    ).one()
    own = paid.get(cash.id, (0, ZERO))[1] if cash is not None else ZERO
    return DrawerCash(till_session.opening_float, own, moved[0], moved[1])


def expected_amounts(session: Session, till_session: TillSession) -> list[ExpectedAmount]:
    """What should be there of each method that is counted at this register or was used."""
    paid = paid_by_method(session, till_session.id)
    methods = {one.id: one for one in methods_of(session, till_session.register_id)}
    missing = [key for key in paid if key not in methods]
    if missing:
        found = session.scalars(select(Method).where(Method.id.in_(missing)).order_by(Method.id))
        methods |= {one.id: one for one in found}
    cash = cash_method(session, till_session.register_id)
    amounts = []
    for method in methods.values():
        if method.kind not in COUNTED:
            continue
        amount = paid.get(method.id, (0, ZERO))[1]
        if cash is not None and method.id == cash.id:
            amount = drawer_cash(session, till_session).expected
        amounts.append(ExpectedAmount(method, amount))
    return amounts
