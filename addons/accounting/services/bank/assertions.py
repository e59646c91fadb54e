"""Balance assertions: "the bank held this much on that day", from statements or entered by hand.

An assertion fails where the bank's own lines do not lead to it: a statement is missing, or was
changed. It fails loudly: as a trouble, in `doctor`, in the reconciliation and in the closing
checklist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankBalance, BankLine
from addons.accounting.services.bank.accounts import bank_account
from addons.accounting.services.bank.position import position
from core.api import Conflict, InvalidInput, announce, phrase


@dataclass(frozen=True, slots=True)
class CheckedBalance:
    """An assertion, and what lines (or, without any, the books) say instead."""

    balance: BankBalance
    bank: BankAccount
    found: Decimal | None

    @property
    def difference(self) -> Decimal:
        """What is missing (negative) or too much; zero where it holds, or cannot be told."""
        return Decimal() if self.found is None else self.found - self.balance.amount

    @property
    def sentence(self) -> str:
        """What is wrong, with the figures."""
        return phrase(
            "{name}: on {day} the bank had {asserted} {currency}; its movements make {found}."
            " {difference} is missing or too much.",
            name=self.bank.name,
            day=self.balance.date,
            asserted=f"{self.balance.amount:f}",
            currency=self.bank.currency,
            found=f"{self.found or 0:f}",
            difference=f"{abs(self.difference):f}",
        )


def checked_balances(
    session: Session, *, bank_account_id: int | None = None, until: date | None = None
) -> list[CheckedBalance]:
    """All assertions with what was found, the oldest first, in two statements whatever their
    number."""
    running = func.sum(BankLine.amount).label("amount")
    sums = (
        select(BankBalance.id, running)
        .join(
            BankLine,
            (BankLine.bank_account_id == BankBalance.bank_account_id)
            & (BankLine.date <= BankBalance.date),
            isouter=True,
        )
        .group_by(BankBalance.id)
        .subquery()
    )
    statement = (
        select(BankBalance, BankAccount, sums.c.amount)
        .join(BankAccount, BankAccount.id == BankBalance.bank_account_id)
        .join(sums, sums.c.id == BankBalance.id)
        .order_by(BankBalance.bank_account_id, BankBalance.date, BankBalance.id)
    )
    if bank_account_id is not None:
        statement = statement.where(BankBalance.bank_account_id == bank_account_id)
    if until is not None:
        statement = statement.where(BankBalance.date <= until)
    return [
        CheckedBalance(balance, bank, _found(session, balance, bank, amount))
        for balance, bank, amount in session.execute(statement)
    ]


def failing_balances(
    session: Session, *, bank_account_id: int | None = None, until: date | None = None
) -> list[CheckedBalance]:
    """The assertions that do not hold."""
    checked = checked_balances(session, bank_account_id=bank_account_id, until=until)
    return [item for item in checked if item.difference]


def _found(
    session: Session, balance: BankBalance, bank: BankAccount, amount: Decimal | None
) -> Decimal | None:
    if bank.start_balance is not None and bank.start_date is not None:
        if balance.date < bank.start_date:
            return None
        return bank.start_balance + (amount or Decimal())
    # Without statements the books are all there is to compare with.
    return position(session, bank, balance.date).books


def assert_balance(session: Session, values: Mapping[str, Any]) -> BankBalance:
    """Enter by hand what the bank held on a day; raises InvalidInput."""
    bank = bank_account(session, values.get("bank_account_id") or 0)
    day, amount = values.get("date"), values.get("amount")
    if day is None or amount is None:
        raise InvalidInput.of("date", phrase("Give the day and the amount."))
    known = session.scalar(
        select(BankBalance.id).where(
            BankBalance.bank_account_id == bank.id,
            BankBalance.date == day,
            BankBalance.source == "hand",
        )
    )
    if known is not None:
        raise InvalidInput.of(
            "date", phrase("A balance of this day is entered already; change that one.")
        )
    row = BankBalance(
        bank_account_id=bank.id, date=day, amount=amount, note=values.get("note") or ""
    )
    session.add(row)
    session.flush()
    announce(session, "accounting.bank-balances", row.id)
    return row


def change_balance(
    session: Session, balance: BankBalance, values: Mapping[str, Any]
) -> BankBalance:
    """Correct what was entered by hand."""
    _require_by_hand(balance)
    for name in ("date", "amount", "note"):
        if values.get(name) is not None:
            setattr(balance, name, values[name])
    session.flush()
    return balance


def withdraw_balance(session: Session, balance: BankBalance) -> None:
    """Delete what was entered by hand."""
    _require_by_hand(balance)
    session.delete(balance)
    session.flush()


def _require_by_hand(balance: BankBalance) -> None:
    if balance.source != "hand":
        raise Conflict(
            phrase("This balance is from a statement."),
            fix=phrase("Take the statement back if it is wrong."),
        )
