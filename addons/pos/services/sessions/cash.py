"""Cash that is put into a drawer or taken out of it, and what else a till only notes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.catalog.api import rate_on
from addons.pos.events import CashMoved
from addons.pos.models import CashMove, Register, TillLog, TillSession
from addons.pos.services.methods import cash_method
from addons.pos.services.sessions.people import known_user, names_of
from addons.pos.services.sessions.values import LogEntry, Move
from core.api import InvalidInput, emit, phrase


def move_cash(session: Session, till_session: TillSession, move: Move) -> CashMove:
    """Note a move of cash and tell the books; said again, it is the one that there is. Raises
    InvalidInput for an amount of nothing, and without a reason."""
    known = session.scalar(select(CashMove).where(CashMove.sync_id == move.sync_id))
    if known is not None:
        return known
    if not 0 < move.amount < Decimal("1e15"):
        raise InvalidInput.of("amount", phrase("Write an amount above nothing."))
    if not move.reason.strip():
        raise InvalidInput.of("reason", phrase("Say what the cash was for."))
    made = CashMove(
        sync_id=move.sync_id,
        session_id=till_session.id,
        register_id=till_session.register_id,
        cashier_id=known_user(session, move.cashier_id),
        approved_by=known_user(session, move.approved_by),
        direction=move.direction,
        amount=move.amount,
        reason=move.reason.strip(),
        occurred_at=move.occurred_at,
    )
    session.add(made)
    session.flush()
    _tell(session, till_session, made, move)
    return made


def _tell(session: Session, till_session: TillSession, made: CashMove, move: Move) -> None:
    register = session.get_one(Register, till_session.register_id)
    cash = cash_method(session, register.id)
    emit(
        session,
        CashMoved(
            move_id=made.id,
            register=register.code,
            day=move.day,
            direction=move.direction,
            currency=till_session.currency,
            rate=rate_on(session, till_session.currency, move.day) or Decimal(1),
            amount=made.amount,
            journal=cash.journal if cash is not None else "",
            account=cash.account if cash is not None else "",
            branch_id=register.branch_id,
            reason=made.reason,
        ),
    )


def note(session: Session, entries: Sequence[LogEntry]) -> None:
    """Write down what was done at tills; what was noted before is left alone. Two statements."""
    if not entries:
        return
    people = names_of(
        session, [person for one in entries for person in (one.cashier_id, one.approved_by)]
    )
    rows = [
        {
            "sync_id": one.sync_id,
            "place": one.place,
            "session_id": one.session_id,
            "register_id": one.register_id,
            "cashier_id": one.cashier_id if one.cashier_id in people else None,
            "approved_by": one.approved_by if one.approved_by in people else None,
            "what": one.what,
            "sale": one.sale,
            "reason": one.reason,
            "detail": dict(one.detail) if one.detail else None,
            "occurred_at": one.occurred_at,
        }
        for one in entries
    ]
    session.execute(insert(TillLog).on_conflict_do_nothing(), rows)
