"""When something is bought, in the same transaction as the document.

    bill         Dr goods received, or expense, and tax   Cr payable
    debit note   Dr payable                               Cr goods received, or expense, and tax
    payment      Dr payable                               Cr bank or till

Once, however often the event is told.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.services.trade.accounts import Purpose
from addons.accounting.services.trade.documents import (
    TradeDocument,
    TradeLine,
    TradeTax,
    entry_of,
)
from addons.accounting.services.trade.payments import (
    TradePayment,
    post_trade_payment,
    undo_trade_payment,
)
from addons.accounting.services.trade.posting import post_once
from addons.accounting.services.trade.settling import Applied, apply_once
from addons.accounting.services.trade.told import trade_line
from addons.purchases.api import (
    BillLine,
    BillPosted,
    DebitApplied,
    SupplierPaid,
    SupplierPaymentReversed,
)
from core.api import on, phrase

BILL: Final = "purchases.bill"
PAYMENT: Final = "purchases.payment"
APPLICATION: Final = "purchases.application"


@on(BillPosted)
def post_bill(session: Session, event: BillPosted) -> None:
    """Dr goods received or expenses, and tax, Cr payable; a debit note the other way round."""
    sign = 1 if event.kind == "bill" else -1
    document = TradeDocument(
        source_type=BILL,
        source_id=event.bill_id,
        number=event.supplier_reference or event.number,
        narration=phrase("Bill") if event.kind == "bill" else phrase("Debit note"),
        day=event.day,
        partner_id=event.contact_id,
        partner=event.contact_name,
        currency=event.currency,
        rate=event.rate,
        branch_id=event.branch_id,
        side="payable",
        sign=sign,
        lines=tuple(_line(session, line, sign) for line in event.lines),
        taxes=tuple(TradeTax(tax.code, tax.kind, tax.amount) for tax in event.taxes),
        due=tuple((part.due, part.amount) for part in event.instalments),
    )
    entry = entry_of(session, document)
    if entry.lines:
        post_once(session, entry)


@on(SupplierPaid)
def post_payment(session: Session, event: SupplierPaid) -> None:
    """Dr payable, Cr bank or till, and settle the bills that it pays."""
    post_trade_payment(
        session,
        TradePayment(
            source_type=PAYMENT,
            source_id=event.payment_id,
            pays_type=BILL,
            number=event.number,
            narration=phrase("Payment") if event.kind == "payment" else phrase("Refund"),
            day=event.day,
            partner_id=event.contact_id,
            currency=event.currency,
            rate=event.rate,
            amount=event.amount,
            side="payable",
            sign=-1 if event.kind == "payment" else 1,
            journal=event.journal,
            account=event.account,
            documents=tuple((paid.bill_id, paid.amount) for paid in event.bills),
            branch_id=event.branch_id,
        ),
    )


@on(DebitApplied)
def apply_debit(session: Session, event: DebitApplied) -> None:
    """Settle an advance or a debit note with the bill it was set against."""
    source = PAYMENT if event.source == "payment" else BILL
    apply_once(
        session,
        Applied(
            source_type=APPLICATION,
            source_id=event.application_id,
            credit=(source, event.source_id),
            owed=(BILL, event.bill_id),
            amount=event.amount,
            day=event.day,
            side="payable",
        ),
    )


@on(SupplierPaymentReversed)
def take_payment_back(session: Session, event: SupplierPaymentReversed) -> None:
    """Reverse the payment's entry; its bills are open again."""
    undo_trade_payment(session, PAYMENT, event.payment_id, event.day, event.reason)


def _line(session: Session, line: BillLine, sign: int) -> TradeLine:
    other: Purpose = "purchase" if line.product_id is not None else "expense"
    purposes: dict[str, Purpose] = {
        "goods": "received",
        "expense": other,
        "landed_cost": "landed_cost",
        "advance": "supplier_advances",
        "rounding": "cash_rounding",
    }
    return trade_line(session, line, purposes[line.role], sign)
