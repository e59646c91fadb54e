"""What a bank file says, as values: the same for every format.

Amounts are signed as the account holder sees them: positive for money that came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BankBalance:
    """What the account held at the end of a day (an opening balance: at its beginning)."""

    amount: Decimal
    date: date | None = None


@dataclass(frozen=True, slots=True)
class BankLine:
    """A movement. `where` names its place in the file: “line 12”, “entry 3”.

    `bank_id` is the bank's own id of the movement, where it gives one; `batch` is shared by the
    lines of one booking that the bank breaks down into several payments.
    """

    date: date
    amount: Decimal
    text: str = ""
    where: str = ""
    value_date: date | None = None
    reference: str = ""
    bank_id: str = ""
    batch: str = ""
    partner_name: str = ""
    partner_account: str = ""
    original_amount: Decimal | None = None
    original_currency: str = ""
    charges: Decimal = Decimal()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class BankStatement:
    """The movements of one account over some days, with the balances that the bank states.

    `warnings` are sentences that a person has to accept before the statement is kept;
    `left_out` names what the file holds and a bank account does not.
    """

    account: str
    currency: str
    lines: tuple[BankLine, ...]
    iban: str = ""
    number: str = ""
    first_day: date | None = None
    last_day: date | None = None
    opening: BankBalance | None = None
    closing: BankBalance | None = None
    interim: bool = False
    where: str = ""
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """What the lines add to the account."""
        return sum((line.amount for line in self.lines), Decimal())

    @property
    def difference(self) -> Decimal | None:
        """Opening + lines - closing; zero for a statement that adds up, None where a balance is
        missing and nobody can tell."""
        if self.opening is None or self.closing is None:
            return None
        return self.opening.amount + self.total - self.closing.amount

    @property
    def days(self) -> tuple[date, date] | None:
        """The days that it covers, as it says or as its lines show."""
        known = [line.date for line in self.lines]
        known += [day for day in (self.first_day, self.last_day) if day is not None]
        known += [b.date for b in (self.closing,) if b is not None and b.date is not None]
        return (min(known), max(known)) if known else None
