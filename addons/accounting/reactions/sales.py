"""When something is sold, in the same transaction as the document.

    invoice      Dr receivable          Cr sales, tax
    credit note  Dr sales returns, tax  Cr receivable
    payment      Dr bank or till        Cr receivable, or gift card instead of bank
    refund       Dr receivable          Cr bank or till

Once, however often the event is told.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.services.trade.accounts import Purpose, trade_account
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
from addons.sales.api import (
    CreditApplied,
    InvoiceLine,
    InvoicePosted,
    PaymentReceived,
    PaymentReversed,
)
from core.api import on, phrase

INVOICE: Final = "sales.invoice"
PAYMENT: Final = "sales.payment"
APPLICATION: Final = "sales.application"


@on(InvoicePosted)
def post_invoice(session: Session, event: InvoicePosted) -> None:
    """Dr receivable, Cr sales and tax; a credit note the other way round."""
    sign = -1 if event.kind == "invoice" else 1
    document = TradeDocument(
        source_type=INVOICE,
        source_id=event.invoice_id,
        number=event.number,
        narration=phrase("Invoice") if event.kind == "invoice" else phrase("Credit note"),
        day=event.day,
        partner_id=event.contact_id,
        partner=event.contact_name,
        currency=event.currency,
        rate=event.rate,
        branch_id=event.branch_id,
        side="receivable",
        sign=sign,
        lines=tuple(_line(session, event, line, sign) for line in event.lines),
        taxes=tuple(TradeTax(tax.code, tax.kind, tax.amount) for tax in event.taxes),
        due=tuple((part.due, part.amount) for part in event.instalments),
    )
    entry = entry_of(session, document)
    if entry.lines:
        post_once(session, entry)


@on(PaymentReceived)
def post_payment(session: Session, event: PaymentReceived) -> None:
    """Dr bank or till, Cr receivable, and settle the invoices that it pays."""
    account = {
        "money": event.account,
        "gift_card": trade_account(session, "gift_card"),
        "loyalty": trade_account(session, "discount_allowed"),
    }[event.method]
    post_trade_payment(
        session,
        TradePayment(
            source_type=PAYMENT,
            source_id=event.payment_id,
            pays_type=INVOICE,
            number=event.number,
            narration=phrase("Payment") if event.kind == "payment" else phrase("Refund"),
            day=event.day,
            partner_id=event.contact_id,
            currency=event.currency,
            rate=event.rate,
            amount=event.amount,
            side="receivable",
            sign=1 if event.kind == "payment" else -1,
            journal=event.journal,
            account=account,
            documents=tuple((paid.invoice_id, paid.amount) for paid in event.invoices),
        ),
    )


@on(CreditApplied)
def apply_credit(session: Session, event: CreditApplied) -> None:
    """Settle an advance or a credit note with the invoice it was set against."""
    source = PAYMENT if event.source == "payment" else INVOICE
    apply_once(
        session,
        Applied(
            source_type=APPLICATION,
            source_id=event.application_id,
            credit=(source, event.source_id),
            owed=(INVOICE, event.invoice_id),
            amount=event.amount,
            day=event.day,
            side="receivable",
        ),
    )


@on(PaymentReversed)
def take_payment_back(session: Session, event: PaymentReversed) -> None:
    """Reverse the payment's entry; its invoices are open again."""
    undo_trade_payment(session, PAYMENT, event.payment_id, event.day, event.reason)


def _line(session: Session, event: InvoicePosted, line: InvoiceLine, sign: int) -> TradeLine:
    returned: Purpose = "sales" if event.kind == "invoice" else "sales_returns"
    purposes: dict[str, Purpose] = {
        "sale": returned,
        "advance": "customer_advances",
        "gift_card": "gift_card",
        "rounding": "cash_rounding",
    }
    return TradeLine(
        account=trade_account(session, purposes[line.role], line.category_id),
        net=sign * line.net,
        label=line.label,
        quantity=line.quantity,
        unit=line.unit,
        tax_codes=tuple(tax.code for tax in line.taxes),
    )
