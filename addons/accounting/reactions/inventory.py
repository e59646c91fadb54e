"""When the value of the stock changes, in the same transaction as the goods move.

    receipt              Dr stock                   Cr goods received, not billed
    delivery             Dr cost of goods sold      Cr stock
    return of a customer Dr stock                   Cr cost of goods sold
    return to a supplier Dr goods received          Cr stock
    from a supplier to a customer, and use of goods that a supplier had left here
                         Dr cost of goods sold      Cr goods received, not billed
    count                Dr stock                   Cr differences of stock, or the other way
    scrap                Dr differences of stock    Cr stock
    own use              Dr own use of goods        Cr stock
    landed cost          Dr stock, or cost of goods sold for what is gone   Cr landed costs
    bill dearer than its receipt
                         Dr stock, or price differences for what is gone    Cr goods received
    rate that changed between them
                         Dr exchange loss, or Cr exchange gain              against goods received
    opening stock        Dr stock                   Cr opening balances

Once, however often the event is told.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.trade.accounts import Purpose, trade_account
from addons.accounting.services.trade.journals import stock_journal
from addons.accounting.services.trade.posting import post_once
from addons.inventory.api import StockValued, ValueLine
from core.api import on

VALUATION: Final = "inventory.valuation"
_PURPOSES: Final[dict[str, Purpose]] = {
    "stock": "stock",
    "received": "received",
    "sold": "cost",
    "variance": "price_difference",
    "adjustment": "stock_difference",
    "scrap": "stock_difference",
    "landed": "landed_cost",
    "revaluation": "stock_difference",
    "opening": "opening",
    "consumed": "own_use",
}


@on(StockValued)
def post_value(session: Session, event: StockValued) -> None:
    """One entry, with a line for each of the valuation: they sum to zero there already."""
    lines = tuple(_line(session, line) for line in event.lines if line.amount)
    if not lines:
        return
    post_once(
        session,
        EntryDraft(
            date=event.day,
            lines=lines,
            journal=stock_journal(session),
            reference=event.number,
            narration=event.reason,
            partner_id=event.contact_id,
            source_type=VALUATION,
            source_id=str(event.valuation_id),
            branch_id=event.branch_id,
        ),
    )


def _line(session: Session, line: ValueLine) -> LineDraft:
    counted = line.role == "stock"
    return LineDraft(
        account=trade_account(session, _purpose(line.role, line.amount), line.category_id),
        amount=line.amount,
        quantity=line.quantity if counted else None,
        unit=line.unit if counted else "",
    )


def _purpose(role: str, amount: Decimal) -> Purpose:
    if role == "exchange":
        return "exchange_loss" if amount > 0 else "exchange_gain"
    return _PURPOSES[role]
