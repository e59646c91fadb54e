"""When something is sold, in the same transaction as the document.

    invoice      Dr receivable          Cr sales, tax
    credit note  Dr sales returns, tax  Cr receivable
    share that the customer keeps back
                 Dr retention           Cr receivable, and back by the invoice that releases it
    for later months, what the invoice asks
                 Dr sales               Cr deferred revenue, until it is credited
    payment      Dr bank or till        Cr receivable, or gift card instead of bank
    refund       Dr receivable          Cr bank or till, or gift card instead of bank
    gift card given, or adjusted upwards
                 Dr discounts given     Cr gift cards
    gift card expired
                 Dr gift cards          Cr unused gift cards
    loyalty points earned
                 Dr discounts given     Cr loyalty points; the other way when they go

Once, however often the event is told.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.services.collections.drawing import DrawnStatements
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.deferral.invoiced import Covered, put_off, take_back
from addons.accounting.services.exact import exact_product
from addons.accounting.services.money import round_money
from addons.accounting.services.trade.accounts import Purpose, trade_account
from addons.accounting.services.trade.documents import (
    TradeDocument,
    TradeLine,
    TradeTax,
    entry_of,
)
from addons.accounting.services.trade.liabilities import Change, post_change
from addons.accounting.services.trade.payments import (
    TradePayment,
    post_trade_payment,
    undo_trade_payment,
)
from addons.accounting.services.trade.posting import post_once
from addons.accounting.services.trade.retentions import (
    Retention,
    keep_retention,
    settle_release,
)
from addons.accounting.services.trade.settling import Applied, apply_once
from addons.accounting.services.trade.told import trade_line
from addons.sales.api import (
    CreditApplied,
    GiftCardAdjusted,
    GiftCardExpired,
    InvoiceLine,
    InvoicePosted,
    PaymentReceived,
    PaymentReversed,
    PointsValued,
    RetentionKept,
    StatementsOfAccount,
)
from core.api import Extension, on, phrase

INVOICE: Final = "sales.invoice"
CARD: Final = "sales.gift_card"
POINTS: Final = "sales.points"
PAYMENT: Final = "sales.payment"
APPLICATION: Final = "sales.application"
_PAID_BY: Final[dict[str, Purpose]] = {"gift_card": "gift_card", "loyalty": "discount_allowed"}
"""What is debited where no money came. Points were put off when they were earned; what they are
worth to the customer beyond that is a discount."""


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
    posted = post_once(session, entry) if entry.lines else None
    if posted is not None:
        _put_off(session, event)
        if event.releases_id is not None:
            settle_release(session, posted, event.releases_id, event.day)


@on(RetentionKept)
def post_retention(session: Session, event: RetentionKept) -> None:
    """Dr retention, Cr receivable: the invoice is settled by as much."""
    keep_retention(
        session,
        Retention(
            source_id=event.invoice_id,
            pays_type=INVOICE,
            number=event.number,
            narration=phrase("Retention"),
            day=event.day,
            until=event.until,
            partner_id=event.contact_id,
            currency=event.currency,
            rate=event.rate,
            amount=event.amount,
            branch_id=event.branch_id,
        ),
    )


def _put_off(session: Session, event: InvoicePosted) -> None:
    """Revenue of later months waits, or waits no longer where a credit note takes it back."""
    for line in event.lines:
        if line.role != "sale" or line.covers_from is None or line.covers_until is None:
            continue
        covered = Covered(
            line_id=line.corrects_line_id or line.line_id,
            label=f"{event.number} · {line.label}",
            day=event.day,
            partner_id=event.contact_id,
            branch_id=event.branch_id,
            category_id=line.category_id,
            net=round_money(exact_product(line.net, event.rate), company_currency(session)),
            first=line.covers_from,
            last=line.covers_until,
        )
        if event.kind == "invoice":
            put_off(session, covered)
        else:
            take_back(session, covered)


@on(PaymentReceived)
def post_payment(session: Session, event: PaymentReceived) -> None:
    """Dr bank or till, Cr receivable, and settle the invoices that it pays."""
    account = event.account
    if event.method != "money":
        account = trade_account(session, _PAID_BY[event.method])
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
            branch_id=event.branch_id,
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


@on(GiftCardAdjusted)
def post_adjusted_card(session: Session, event: GiftCardAdjusted) -> None:
    """A gift card that nobody paid for is a discount on what it will buy."""
    post_change(session, _change(CARD, event, event.amount), "gift_card", "discount_allowed")


@on(GiftCardExpired)
def post_expired_card(session: Session, event: GiftCardExpired) -> None:
    """What nobody bought with a gift card is the company's."""
    post_change(session, _change(CARD, event, -event.amount), "gift_card", "gift_card_breakage")


@on(PointsValued)
def post_points(session: Session, event: PointsValued) -> None:
    """Sales put off for points that were earned, and counted when points go."""
    post_change(session, _change(POINTS, event, event.worth), "loyalty", "discount_allowed")


def _change(
    source_type: str, event: GiftCardAdjusted | GiftCardExpired | PointsValued, amount: Decimal
) -> Change:
    points = isinstance(event, PointsValued)
    return Change(
        source_type=source_type,
        source_id=event.move_id,
        number=event.number,
        narration=phrase("Loyalty points") if points else phrase("Gift card"),
        day=event.day,
        currency="" if points else event.currency,
        rate=Decimal(1) if points else event.rate,
        amount=amount,
        branch_id=event.branch_id,
    )


def _line(session: Session, event: InvoicePosted, line: InvoiceLine, sign: int) -> TradeLine:
    returned: Purpose = "sales" if event.kind == "invoice" else "sales_returns"
    purposes: dict[str, Purpose] = {
        "sale": returned,
        "advance": "customer_advances",
        "gift_card": "gift_card",
        "rounding": "cash_rounding",
        "retention": "retention",
    }
    posted = trade_line(session, line, purposes[line.role], sign)
    return replace(posted, partner_id=event.contact_id) if line.role == "retention" else posted


EXTENSIONS: Final = (Extension(StatementsOfAccount, "accounting", DrawnStatements()),)
