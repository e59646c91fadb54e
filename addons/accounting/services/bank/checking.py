"""What should make a person stop before a statement is kept: each a sentence to be accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankLine
from addons.accounting.models.bank import BankBalance as BalanceRow
from addons.accounting.services.bank.starting import lines_until
from addons.accounting.services.bank.values import BankBalance, BankStatement
from addons.accounting.services.bank.values import BankLine as ReadLine
from core.api import phrase

_DAY = timedelta(days=1)


def statement_warnings(
    session: Session,
    bank: BankAccount,
    statement: BankStatement,
    new: Sequence[ReadLine],
    earlier: Sequence[BankStatement] = (),
) -> Iterator[str]:
    """Everything that speaks against a statement; nothing where all is well. `earlier` are the
    statements before it in the same file."""
    yield from statement.warnings
    yield from _sum(statement)
    if statement.opening is not None:
        yield from _gap_before(session, bank, statement, earlier)
    else:
        yield from _gap_within(session, bank, statement, new)
    yield from _doubles(session, bank, new)


def _sum(statement: BankStatement) -> Iterator[str]:
    """Opening plus lines must be the closing balance."""
    difference = statement.difference
    if difference and statement.opening and statement.closing:
        yield phrase(
            "The statement {number} does not add up: {opening} and movements of {total} make"
            " {sum}, and it ends with {closing}. {difference} is missing or too much.",
            number=statement.number or statement.where,
            opening=f"{statement.opening.amount:f}",
            total=f"{statement.total:f}",
            sum=f"{statement.opening.amount + statement.total:f}",
            closing=f"{statement.closing.amount:f}",
            difference=f"{abs(difference):f}",
        )


def _gap_before(
    session: Session, bank: BankAccount, statement: BankStatement, earlier: Sequence[BankStatement]
) -> Iterator[str]:
    """Where the statement takes up must be where the one before it ended."""
    days, opening = statement.days, statement.opening
    if days is None or opening is None:
        return
    ends = [s.closing for s in earlier if s.closing is not None]
    if any(end.amount == opening.amount for end in ends):
        return
    if earlier and earlier[-1].closing is not None:
        before = earlier[-1].closing
    else:
        row = _balance_before(session, bank, days[0], opening.amount)
        before = None if row is None else BankBalance(row.amount, row.date)
    if before is None or before.amount == opening.amount:
        return
    held = (bank.start_balance or Decimal()) + lines_until(session, bank, days[0] - _DAY)
    if bank.start_balance is not None and held == opening.amount:
        return
    yield phrase(
        "The statement begins with {opening}; before, on {day}, the bank had {before}."
        " A statement in between seems to be missing.",
        opening=f"{opening.amount:f}",
        day=before.date or days[0],
        before=f"{before.amount:f}",
    )


def _gap_within(
    session: Session, bank: BankAccount, statement: BankStatement, new: Sequence[ReadLine]
) -> Iterator[str]:
    """A statement that says only where it ends must end where all lines lead."""
    days, closing = statement.days, statement.closing
    if days is None or closing is None or bank.start_balance is None:
        return
    until = closing.date or days[1]
    if bank.start_date is None or until <= bank.start_date:
        return
    held = bank.start_balance + lines_until(session, bank, until)
    held += sum((ln.amount for ln in new if bank.start_date < ln.date <= until), Decimal())
    if held != closing.amount:
        yield phrase(
            "All movements until {day} make {held}, and the bank says {closing}."
            " Movements seem to be missing.",
            day=until,
            held=f"{held:f}",
            closing=f"{closing.amount:f}",
        )


def _doubles(session: Session, bank: BankAccount, new: Sequence[ReadLine]) -> Iterator[str]:
    """Lines of a day and amount that are known under another id: the same file in another format,
    most likely."""
    if not new:
        return
    first, last = min(line.date for line in new), max(line.date for line in new)
    known = Counter(
        (day, amount.normalize())
        for day, amount in session.execute(
            select(BankLine.date, BankLine.amount).where(
                BankLine.bank_account_id == bank.id, BankLine.date.between(first, last)
            )
        )
    )
    count = sum((Counter((ln.date, ln.amount.normalize()) for ln in new) & known).values())
    if count and count * 2 >= len(new):
        yield phrase(
            "{count} of {total} new movements have day and amount of movements that are known."
            " Were they imported before, in another format?",
            count=count,
            total=len(new),
        )


def _balance_before(
    session: Session, bank: BankAccount, day: date, wanted: Decimal
) -> BalanceRow | None:
    """The newest closing balance up to this day. A statement that begins on the day another ends
    takes up at either's end, so the one that fits is preferred."""
    found = session.scalars(
        select(BalanceRow)
        .where(
            BalanceRow.bank_account_id == bank.id,
            BalanceRow.source == "statement",
            BalanceRow.date <= day,
        )
        .order_by(BalanceRow.date.desc())
        .limit(2)
    ).all()
    fitting = [row for row in found if row.amount == wanted]
    return next(iter(fitting or [row for row in found if row.date < day]), None)
