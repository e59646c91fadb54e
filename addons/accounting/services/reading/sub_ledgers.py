"""Books beside the ledger, held against the accounts that must say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.services.assets.register import compare
from addons.accounting.services.balances import balances
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.trade.accounts import account_code
from addons.accounting.services.trade.liability_control import left_on_cards, put_off_for_points
from addons.accounting.services.trade.stock_control import stock_differences
from core.api import phrase, today


@dataclass(frozen=True, slots=True)
class SubLedger:
    """What is kept beside the ledger, as a debit in the company's currency, and what the ledger
    says of it on an account. `title` says what it is, such as stock; it may have several."""

    title: str
    account: str
    kept: Decimal
    ledger: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more the ledger says."""
        return self.ledger - self.kept


def sub_ledgers(session: Session, day: date) -> Iterator[SubLedger]:
    """Stock, fixed assets, gift cards and loyalty points at the end of a day, each account by
    itself, those that agree included. Balances are read and lines are not summed, so that every
    report can ask."""
    for stock in stock_differences(session, day):
        yield SubLedger(phrase("Stock"), stock.account, stock.stock, stock.ledger)
    for asset in compare(session, day):
        kept = asset.register + asset.waiting
        yield SubLedger(phrase("Fixed assets"), asset.account.code, kept, asset.ledger)
    # What is left on cards and of points is known of today alone.
    if day >= today(session):
        yield from _owed_in_goods(session, day)


def _owed_in_goods(session: Session, day: date) -> Iterator[SubLedger]:
    """Cards and points that ever reached the books. Where cards are in other currencies too, a
    balance does not say in which: the invariant holds those against their lines."""
    currency = company_currency(session)
    on_cards, of_points = left_on_cards(session), put_off_for_points(session)
    if on_cards is None or of_points is None:
        return
    closing = {
        one.code: one.closing for one in balances(session, end=day) if one.currency == currency
    }
    cards, points = account_code(session, "gift_card"), account_code(session, "loyalty")
    if cards in closing and on_cards.keys() <= {currency}:
        kept = -on_cards.get(currency, Decimal(0))
        yield SubLedger(phrase("Gift cards"), cards, kept, closing[cards])
    if points in closing:
        yield SubLedger(phrase("Loyalty points"), points, -of_points, closing[points])
