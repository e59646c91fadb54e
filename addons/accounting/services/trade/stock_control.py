"""Stock equals its accounts: what goods are worth, held against what the books say of them.

A company that chooses another account for its stock moves the balance there by an entry; for a
category of products `choosing` does it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.extension_points import StockLedger
from addons.accounting.models import Account, JournalEntry, JournalLine
from addons.accounting.services.balances import balances
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.trade.accounts import account_code, stock_accounts
from core.api import Invariant, InvariantResult, extensions, msg, today

VALUATION: Final = "inventory.valuation"
"""The source of the entries that a valuation of stock makes."""
CHOSEN: Final = "accounting.category-account"
"""The source of the entries that move stock to the account that was chosen for a category."""
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class StockDifference:
    """An account on which stock stands, with what the stock is worth and what the books say."""

    account: str
    stock: Decimal
    ledger: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more the books say than the stock is worth."""
        return self.ledger - self.stock


def stock_worth(session: Session, day: date) -> dict[str, Decimal]:
    """What the stock is worth at the end of a day, by the code of the account that it stands on;
    empty where nobody keeps stock, or none of it ever reached the books."""
    keepers = extensions(session, StockLedger).values()
    if not keepers or not _ever_posted(session):
        return {}
    worth: dict[str, list[Decimal]] = {code: [] for code in stock_accounts(session)}
    for keeper in keepers:
        for category_id, value in keeper.value_by_category(session, day).items():
            worth.setdefault(account_code(session, "stock", category_id), []).append(value)
    return {code: exact_sum(values) for code, values in sorted(worth.items())}


def stock_differences(session: Session, day: date) -> list[StockDifference]:
    """The accounts of stock at the end of a day, those that agree included. Accounts between which
    a category changed since are one: on that day its goods stood on the former."""
    worth = stock_worth(session, day)
    if not worth:
        return []
    moved = _chosen_since(session, day)
    codes = {*worth, *moved}
    currency = company_currency(session)
    ledger = {
        one.code: one.closing
        for one in balances(session, end=day)
        if one.code in codes and one.currency == currency
    }
    together = [sorted(moved)] if moved else []
    return [
        StockDifference(
            ", ".join(group),
            exact_sum(worth.get(code, _ZERO) for code in group),
            exact_sum(ledger.get(code, _ZERO) for code in group),
        )
        for group in (*([code] for code in sorted(codes - moved)), *together)
    ]


def _chosen_since(session: Session, day: date) -> set[str]:
    """The accounts between which stock went after a day because a category was given another."""
    wanted = (
        select(Account.code)
        .join(JournalLine, JournalLine.account_id == Account.id)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.source_type == CHOSEN, JournalEntry.date > day)
    )
    return set(session.scalars(wanted))


def stock_equals_ledger(session: Session) -> InvariantResult:
    """What the goods are worth is what their accounts say, to the last digit."""
    day = today(session)
    found = stock_differences(session, day)
    apart = [f"{one.account}: {one.ledger} for {one.stock}" for one in found if one.difference]
    apart += _in_other_currencies(session, day, {one.account for one in found})
    figure = f"{exact_sum(one.stock for one in found):f}"
    return InvariantResult(not apart, figure, "; ".join(apart))


def _in_other_currencies(session: Session, day: date, accounts: Collection[str]) -> list[str]:
    """What stands on these accounts in a currency in which no stock is valued."""
    currency = company_currency(session)
    return [
        f"{one.code}: {one.closing} {one.currency}"
        for one in balances(session, end=day)
        if one.code in accounts and one.currency != currency and one.closing
    ]


def worth_of_category(session: Session, category_id: int, day: date) -> Decimal:
    """What the goods of a category are worth at the end of a day."""
    keepers = extensions(session, StockLedger).values()
    return exact_sum(
        keeper.value_by_category(session, day).get(category_id, Decimal(0)) for keeper in keepers
    )


def _ever_posted(session: Session) -> bool:
    wanted = select(JournalEntry.id).where(JournalEntry.source_type == VALUATION).limit(1)
    return session.scalar(wanted) is not None


INVARIANT: Final = Invariant(
    "accounting.stock_equals_ledger", msg("Stock equals its accounts"), stock_equals_ledger
)
