"""Where an account stands on a day: what the bank says, what the books say, and what lies between.

    balance of the books
    + movements of the bank that are not in the books yet
    - entries of the books that the bank has not carried out yet (outstanding)
    - what the two differed by before the first statement
    = balance at the bank

The bank's balance follows from its own lines; it is compared with what its statements and people
assert (`assertions`). What is then left unexplained is zero, or something is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankLine, BankMatch
from addons.accounting.models.entries import JournalLine
from addons.accounting.services.bank.starting import lines_until

_ZERO = Decimal()
# In the bank's currency: what was agreed in it counts as that, everything else by its own amount.
_BOOKS = text("""
SELECT coalesce(sum(CASE WHEN line.currency = :currency THEN line.amount
                         WHEN line.original_currency = :currency THEN line.original_amount
                         ELSE 0 END), 0)
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id AND entry.state = 'posted'
 WHERE line.account_id = :account AND line.date <= :day
""")
# Lines of the books until the start that the bank carried out after it: cheques on their way.
_ON_THEIR_WAY = text("""
SELECT coalesce(sum(CASE WHEN line.currency = :currency THEN line.amount
                         ELSE line.original_amount END), 0)
  FROM accounting.bank_match AS match
  JOIN accounting.bank_line AS bank ON bank.id = match.line_id
  JOIN accounting.journal_line AS line ON line.id = match.ledger_line_id
 WHERE match.undone_at IS NULL AND line.account_id = :account AND line.date <= :start
""")
# Lines of the books whose movement the bank has not reported up to the day; an entry and its
# reversal, both up to the day, cancel each other.
_OUTSTANDING = text("""
SELECT line.id, line.entry_id, line.date, coalesce(entry.number, '') AS number,
       coalesce(nullif(entry.partner, ''), nullif(line.label, ''), entry.narration) AS text,
       CASE WHEN line.currency = :currency THEN line.amount ELSE line.original_amount END AS amount
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id AND entry.state = 'posted'
 WHERE line.account_id = :account AND line.date <= :day
   AND (line.date > :start OR EXISTS (
     SELECT 1 FROM accounting.bank_match AS match
      WHERE match.ledger_line_id = line.id AND match.undone_at IS NULL))
   AND :currency IN (line.currency, line.original_currency)
   AND NOT EXISTS (
     SELECT 1 FROM accounting.bank_match AS match
       JOIN accounting.bank_line AS bank ON bank.id = match.line_id
      WHERE match.ledger_line_id = line.id AND match.undone_at IS NULL AND bank.date <= :day)
   AND NOT EXISTS (
     SELECT 1 FROM accounting.journal_entry AS other
      WHERE (other.reverses_id = entry.id OR other.id = entry.reverses_id)
        AND other.date > :start AND other.date <= :day AND other.state = 'posted')
 ORDER BY line.date, line.id
""")


@dataclass(frozen=True, slots=True)
class Outstanding:
    """An entry of the books that the bank has not carried out yet."""

    id: int
    entry_id: int
    date: date
    number: str
    text: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BankPosition:
    """An account on a day, in its own currency."""

    bank: BankAccount
    day: date
    books: Decimal
    bank_balance: Decimal | None
    start_difference: Decimal
    outstanding: tuple[Outstanding, ...]
    unmatched: tuple[BankLine, ...]

    @property
    def outstanding_total(self) -> Decimal:
        """What the bank has yet to carry out."""
        return sum((item.amount for item in self.outstanding), _ZERO)

    @property
    def unmatched_total(self) -> Decimal:
        """What the books have yet to take up."""
        return sum((line.amount for line in self.unmatched), _ZERO)

    @property
    def explained(self) -> Decimal:
        """What the bank should hold, as the books see it."""
        return self.books + self.unmatched_total - self.outstanding_total - self.start_difference

    @property
    def unexplained(self) -> Decimal | None:
        """What is left between both; None where the bank's balance is not known."""
        return None if self.bank_balance is None else self.bank_balance - self.explained


def position(session: Session, bank: BankAccount, day: date) -> BankPosition:
    """The reconciliation of an account as of the end of a day."""
    start = bank.start_date or date.min
    started = bank.start_date is not None and bank.start_balance is not None
    values = {"account": bank.account_id, "currency": bank.currency, "day": day, "start": start}
    before = _ZERO
    if started:
        on_their_way = session.execute(_ON_THEIR_WAY, values).scalar_one()
        before = _books(session, bank, start) - on_their_way
    return BankPosition(
        bank=bank,
        day=day,
        books=_books(session, bank, day),
        bank_balance=balance_on(session, bank, day),
        start_difference=before - (bank.start_balance or _ZERO) if started else _ZERO,
        outstanding=tuple(
            Outstanding(**row._asdict()) for row in session.execute(_OUTSTANDING, values)
        ),
        unmatched=tuple(_unmatched(session, bank, day)),
    )


def balance_on(session: Session, bank: BankAccount, day: date) -> Decimal | None:
    """What the bank held at the end of a day, as its lines say; None where no statement says with
    what they began."""
    if bank.start_balance is None or bank.start_date is None or day < bank.start_date:
        return None
    return bank.start_balance + lines_until(session, bank, day)


def _books(session: Session, bank: BankAccount, day: date) -> Decimal:
    values = {"account": bank.account_id, "currency": bank.currency, "day": day}
    return session.execute(_BOOKS, values).scalar_one()


def _unmatched(session: Session, bank: BankAccount, day: date) -> list[BankLine]:
    """Lines up to the day that are not matched, or only with an entry of a later day."""
    later = (
        select(BankMatch.id)
        .join(JournalLine, JournalLine.id == BankMatch.ledger_line_id)
        .where(
            BankMatch.line_id == BankLine.id,
            BankMatch.undone_at.is_(None),
            JournalLine.date > day,
        )
        .exists()
    )
    return list(
        session.scalars(
            select(BankLine)
            .where(BankLine.bank_account_id == bank.id, BankLine.date <= day)
            .where((BankLine.state == "open") | later)
            .order_by(BankLine.date, BankLine.id)
        )
    )


def open_count(session: Session, bank: BankAccount, until: date | None = None) -> int:
    """How many lines wait to be matched."""
    statement = select(func.count()).where(
        BankLine.bank_account_id == bank.id, BankLine.state == "open"
    )
    if until is not None:
        statement = statement.where(BankLine.date <= until)
    return session.scalar(statement) or 0
