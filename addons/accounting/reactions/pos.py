"""When tills sell, in the same transaction as their sales.

    sale          Dr cash, card, gift card; receivable for what is owed
                                          Cr sales, tax, rounding
    refund        Dr sales returns, tax   Cr cash, card
    cash put in   Dr cash of the till     Cr cash on its way; the other way when it is taken out
    difference    Dr differences of tills Cr cash of the till, or the other way

Once, however often the event is told.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.services.bulk import post_bulk
from addons.accounting.services.trade.documents import TradeTax
from addons.accounting.services.trade.posting import post_once
from addons.accounting.services.trade.tills import (
    Receipt,
    TillLine,
    TillMoney,
    TillPayment,
    receipt_entries,
    till_money_entry,
)
from addons.pos.api import BookedSale, CashMoved, SalesBooked, SessionClosed
from core.api import on, phrase

SALE: Final = "pos.sale"
MOVE: Final = "pos.cash_move"
CLOSING: Final = "pos.session"


@on(SalesBooked)
def post_sales(session: Session, event: SalesBooked) -> None:
    """One entry for each receipt, all of them at once."""
    entries = receipt_entries(session, (_receipt(one) for one in event.sales))
    if entries:
        post_bulk(session, entries)


@on(CashMoved)
def post_cash_move(session: Session, event: CashMoved) -> None:
    """Cash that was put into a drawer or taken out."""
    amount = event.amount if event.direction == "in" else -event.amount
    entry = till_money_entry(
        session,
        TillMoney(
            source_type=MOVE,
            source_id=str(event.move_id),
            number=event.register,
            narration=event.reason,
            day=event.day,
            currency=event.currency,
            rate=event.rate,
            branch_id=event.branch_id,
            against="till_transfer",
            parts=(("cash", event.account, amount),),
        ),
    )
    if entry is not None:
        post_once(session, entry)


@on(SessionClosed)
def post_differences(session: Session, event: SessionClosed) -> None:
    """What was counted less what should have been there."""
    entry = till_money_entry(
        session,
        TillMoney(
            source_type=CLOSING,
            source_id=str(event.session_id),
            number=event.number,
            narration=phrase("Difference of a till"),
            day=event.day,
            currency=event.currency,
            rate=event.rate,
            branch_id=event.branch_id,
            against="till_difference",
            parts=tuple((one.kind, one.account, one.amount) for one in event.differences),
        ),
    )
    if entry is not None:
        post_once(session, entry)


def _receipt(sale: BookedSale) -> Receipt:
    return Receipt(
        source_type=SALE,
        source_id=sale.sale_id,
        number=sale.number,
        narration=phrase("Sale at the till") if sale.kind == "sale" else phrase("Refund"),
        day=sale.day,
        partner_id=sale.contact_id,
        currency=sale.currency,
        rate=sale.rate,
        branch_id=sale.branch_id,
        lines=tuple(
            TillLine(line.category_id, line.returned, line.net, line.tax_codes)
            for line in sale.lines
        ),
        taxes=tuple(TradeTax(tax.code, tax.kind, tax.amount) for tax in sale.taxes),
        rounding=sale.rounding,
        payments=tuple(
            TillPayment(
                paid.kind,
                "" if paid.kind in ("gift_card", "credit", "loyalty") else paid.account,
                paid.amount,
                paid.due or sale.day,
                paid.rate,
            )
            for paid in sale.payments
        ),
    )
