"""Taking back a statement that was imported by mistake."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankBalance, BankLine, BankMatch
from addons.accounting.models.bank import BankStatement as StatementRow
from addons.accounting.services.bank.importing import locked
from core.api import Conflict, announce, phrase


def take_back(session: Session, statement: StatementRow) -> None:
    """Delete a statement with the lines that it brought. Raises Conflict where anything was made
    of one of them, even if that was undone: its entries would lose what they were made from."""
    bank = locked(session, statement.bank_account_id)
    lines = select(BankLine.id).where(BankLine.statement_id == statement.id)
    used = session.scalar(
        select(func.count()).select_from(BankMatch).where(BankMatch.line_id.in_(lines))
    )
    if used:
        raise Conflict(
            phrase("{count} matches stand on this statement.", count=used),
            fix=phrase("What was posted for a movement of the bank keeps its source."),
        )
    session.execute(delete(BankBalance).where(BankBalance.statement_id == statement.id))
    session.execute(delete(BankLine).where(BankLine.statement_id == statement.id))
    session.delete(statement)
    session.flush()
    left = session.scalar(
        select(func.count()).select_from(StatementRow).where(
            StatementRow.bank_account_id == bank.id
        )
    )  # fmt: skip
    if not left:
        bank.start_date, bank.start_balance = None, None
    elif statement.opening is not None and statement.opening == bank.start_balance:
        _start_anew(session, bank.id)
    announce(session, "accounting.bank-statements")
    announce(session, "accounting.bank-lines")


def _start_anew(session: Session, bank_account_id: int) -> None:
    """The start moves to what is now the earliest statement, if that says where it begins."""
    first = session.scalar(
        select(StatementRow)
        .where(StatementRow.bank_account_id == bank_account_id, StatementRow.opening.is_not(None))
        .order_by(StatementRow.first_day, StatementRow.id)
        .limit(1)
    )
    if first is None or first.first_day is None:
        return
    bank = locked(session, bank_account_id)
    before = session.scalar(
        select(func.sum(BankLine.amount)).where(
            BankLine.bank_account_id == bank.id, BankLine.date < first.first_day
        )
    )
    bank.start_balance = (first.opening or Decimal()) - (before or Decimal())
    session.flush()
