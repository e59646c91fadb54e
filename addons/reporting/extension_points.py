"""Where other addons let reports compare their own books with the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class SubLedgerFigure:
    """What a sub-ledger says stands on some accounts together, as a debit: the value of stock on
    the accounts of inventory. `title` says what it is, `accounts` are their codes."""

    title: str
    accounts: tuple[str, ...]
    amount: Decimal


class SubLedger(Protocol):
    """Books beside the ledger that must equal some of its accounts at the end of any day. Every
    report compares them: `Extension(SubLedger, "stock.value", StockValue())`."""

    def figures(self, session: Session, on: date, currency: str, /) -> Iterable[SubLedgerFigure]:
        """What it holds at the end of a day in a currency. Called for every report: cheap."""
        ...
