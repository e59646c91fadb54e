"""Gift cards and points equal their accounts: what bearers may still buy for, held against what the
books say that the company owes them.

A company that chooses another account moves the balance there by an entry, as it does for stock.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.extension_points import OwedInGoods
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.trade.accounts import Purpose, account_code
from core.api import Invariant, InvariantResult, extensions, msg

_ON_ACCOUNT: Final = text("""
SELECT coalesce(nullif(line.original_currency, ''), line.currency) AS currency,
       -sum(coalesce(line.original_amount, line.amount)) AS owed
  FROM accounting.journal_line AS line
  JOIN accounting.account ON account.id = line.account_id AND account.code = :code
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
 WHERE entry.state = 'posted' GROUP BY 1 ORDER BY 1
""")


def left_on_cards(session: Session) -> dict[str, Decimal] | None:
    """What bearers of gift cards may still buy for, by currency; None where nobody keeps any."""
    keepers = extensions(session, OwedInGoods).values()
    if not keepers:
        return None
    owed: dict[str, Decimal] = {}
    for keeper in keepers:
        for currency, amount in keeper.gift_cards(session).items():
            owed[currency] = owed.get(currency, Decimal(0)) + amount
    return owed


def put_off_for_points(session: Session) -> Decimal | None:
    """What sales were put off for points, in the company's currency; None where nobody keeps
    any."""
    keepers = extensions(session, OwedInGoods).values()
    if not keepers:
        return None
    return sum((keeper.points(session) for keeper in keepers), Decimal(0))


def _on_account(session: Session, purpose: Purpose) -> dict[str, Decimal]:
    """What the account of this purpose says is owed, by the currency in which it was agreed; empty
    where nothing of it ever reached the books."""
    rows = session.execute(_ON_ACCOUNT, {"code": account_code(session, purpose)})
    return {row.currency: row.owed for row in rows}


def _apart(booked: Mapping[str, Decimal], owed: Mapping[str, Decimal]) -> list[str]:
    found = []
    for currency in sorted({*booked, *owed}):
        in_books, known = booked.get(currency, Decimal(0)), owed.get(currency, Decimal(0))
        if in_books != known:
            found.append(f"{currency}: {in_books} for {known}")
    return found


def gift_cards_equal_ledger(session: Session) -> InvariantResult:
    """What is left on gift cards is what their account says, in each currency."""
    booked, owed = _on_account(session, "gift_card"), left_on_cards(session)
    if not booked or owed is None:
        return InvariantResult(True, "0", "")
    apart = _apart(booked, owed)
    return InvariantResult(not apart, f"{len(owed)} currencies", "; ".join(apart))


def points_equal_ledger(session: Session) -> InvariantResult:
    """What was put off for loyalty points is what their account says."""
    booked, owed = _on_account(session, "loyalty"), put_off_for_points(session)
    if not booked or owed is None:
        return InvariantResult(True, "0", "")
    apart = _apart(booked, {company_currency(session): owed})
    return InvariantResult(not apart, f"{owed:f}", "; ".join(apart))


INVARIANTS: Final = (
    Invariant(
        "accounting.gift_cards_equal_ledger",
        msg("Gift cards equal their account"),
        gift_cards_equal_ledger,
    ),
    Invariant(
        "accounting.points_equal_ledger",
        msg("Loyalty points equal their account"),
        points_equal_ledger,
    ),
)
