"""The story of each document: request, quotation, order, receipt, bill, payment."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.purchases.models import (
    Agreement,
    Application,
    Bill,
    BillLine,
    Consumption,
    Offer,
    Order,
    OrderLine,
    Payment,
    PaymentLine,
    PurchaseRequest,
    PurchaseRequestLine,
    Quotation,
    QuotationLine,
    Receipt,
)
from core.api import Related, msg


def of_request(session: Session, request: PurchaseRequest) -> Iterable[Related]:
    """The quotations and orders that came of a request."""
    lines = [line.id for line in request.lines]
    asked = select(QuotationLine.quotation_id).where(QuotationLine.request_line_id.in_(lines))
    for key in session.scalars(asked.distinct()):
        yield Related("purchases.quotations", key, msg("Quotations"))
    ordered = select(OrderLine.order_id).where(OrderLine.request_line_id.in_(lines))
    for key in session.scalars(ordered.distinct()):
        yield Related("purchases.orders", key, msg("Order"))


def of_quotation(session: Session, quotation: Quotation) -> Iterable[Related]:
    """The requests behind it, the offers, and the orders that won."""
    wanted = [line.request_line_id for line in quotation.lines if line.request_line_id]
    behind = select(PurchaseRequestLine.request_id).where(PurchaseRequestLine.id.in_(wanted))
    for key in session.scalars(behind.distinct()):
        yield Related("purchases.requests", key, msg("Asked for by"), before=True)
    for offer in quotation.offers:
        yield Related("purchases.offers", offer.id, msg("Offer"))
        yield Related("purchases.orders", offer.order_id, msg("Order"))


def of_offer(session: Session, offer: Offer) -> Iterable[Related]:
    """The request that an offer answers, and its order."""
    yield Related("purchases.quotations", offer.quotation_id, msg("Answers"), before=True)
    yield Related("purchases.orders", offer.order_id, msg("Order"))


def of_order(session: Session, order: Order) -> Iterable[Related]:
    """What an order came from, what came of it, its bills and advances."""
    yield Related("purchases.agreements", order.agreement_id, msg("Calls off"), before=True)
    if order.for_type:
        yield Related(f"{order.for_type}s", order.for_id, msg("Ordered for"), before=True)
    wanted = [line.request_line_id for line in order.lines if line.request_line_id]
    behind = select(PurchaseRequestLine.request_id).where(PurchaseRequestLine.id.in_(wanted))
    for key in session.scalars(behind.distinct()):
        yield Related("purchases.requests", key, msg("Asked for by"), before=True)
    for key in session.scalars(select(Offer.id).where(Offer.order_id == order.id)):
        yield Related("purchases.offers", key, msg("Offer"), before=True)
    for key in session.scalars(select(Receipt.id).where(Receipt.order_id == order.id)):
        yield Related("purchases.receipts", key, msg("Received by"))
    billed = select(BillLine.bill_id).where(BillLine.order_id == order.id)
    for key in session.scalars(billed.distinct()):
        yield Related("purchases.bills", key, msg("Billed by"))
    for key in session.scalars(select(Payment.id).where(Payment.order_id == order.id)):
        yield Related("purchases.payments", key, msg("Paid in advance"))


def of_consumption(session: Session, use: Consumption) -> Iterable[Related]:
    """The statement that buys what was used."""
    line = session.get(OrderLine, use.order_line_id) if use.order_line_id else None
    yield Related("purchases.orders", line.order_id if line else None, msg("Bought by"))


def of_receipt(session: Session, receipt: Receipt) -> Iterable[Related]:
    """The order that a receipt is of."""
    yield Related("purchases.orders", receipt.order_id, msg("Order"), before=True)


def of_bill(session: Session, bill: Bill) -> Iterable[Related]:
    """The orders that a bill is for, its debit notes, and what paid it."""
    orders = dict.fromkeys(line.order_id for line in bill.lines if line.order_id)
    for key in orders:
        yield Related("purchases.orders", key, msg("Bills"), before=True)
    yield Related("purchases.bills", bill.corrects_id, msg("Corrects"), before=True)
    for key in session.scalars(select(Bill.id).where(Bill.corrects_id == bill.id)):
        yield Related("purchases.bills", key, msg("Corrected by"))
    direct = select(PaymentLine.payment_id).where(PaymentLine.bill_id == bill.id)
    later = select(Application.payment_id).where(Application.bill_id == bill.id)
    paid = set(session.scalars(direct)) | set(session.scalars(later))
    for key in sorted(one for one in paid if one is not None):
        yield Related("purchases.payments", key, msg("Paid by"))


def of_payment(session: Session, payment: Payment) -> Iterable[Related]:
    """The bills that a payment pays, and the order that it was an advance for."""
    yield Related("purchases.orders", payment.order_id, msg("In advance for"), before=True)
    later = select(Application.bill_id).where(Application.payment_id == payment.id)
    bills = {line.bill_id for line in payment.lines} | set(session.scalars(later))
    for key in sorted(bills):
        yield Related("purchases.bills", key, msg("Pays"), before=True)


def of_agreement(session: Session, agreement: Agreement) -> Iterable[Related]:
    """The orders that call an agreement off."""
    for key in session.scalars(select(Order.id).where(Order.agreement_id == agreement.id)):
        yield Related("purchases.orders", key, msg("Called off by"))
