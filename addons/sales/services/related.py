"""The documents of a sale: where each comes from and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.sales.models import (
    Application,
    Delivery,
    GiftCard,
    Invoice,
    InvoiceLine,
    OrderVersion,
    Payment,
    SalesOrder,
    SalesReturn,
)
from addons.sales.services.direct.supplying import standing
from core.api import Related, msg

ORDERS: Final = "sales.orders"
DELIVERIES: Final = "sales.deliveries"
RETURNS: Final = "sales.returns"
INVOICES: Final = "sales.invoices"
PAYMENTS: Final = "sales.payments"
GIFT_CARDS: Final = "sales.gift-cards"
VERSIONS: Final = "sales.order-versions"
SUPPLIER_ORDERS: Final = "purchases.orders"


def of_order(session: Session, order: SalesOrder) -> Iterable[Related]:
    """Earlier versions before it; deliveries, invoices, returns and payments ahead after it."""
    versions = select(OrderVersion.id).where(OrderVersion.order_id == order.id)
    for key in session.scalars(versions.order_by(OrderVersion.quote_version)):
        yield Related(VERSIONS, key, msg("Earlier version"), before=True)
    moved = select(Delivery.id).where(Delivery.order_id == order.id).order_by(Delivery.id)
    for key in session.scalars(moved):
        yield Related(DELIVERIES, key, msg("Delivered by"))
    if any(line.is_direct for line in order.lines):
        for one in standing(session, order):
            yield Related(SUPPLIER_ORDERS, one.order_id, msg("Ordered from a supplier by"))
    asked = select(InvoiceLine.invoice_id).where(InvoiceLine.order_id == order.id).distinct()
    for key in session.scalars(asked.order_by(InvoiceLine.invoice_id)):
        yield Related(INVOICES, key, msg("Invoiced by"))
    back = select(SalesReturn.id).where(SalesReturn.order_id == order.id)
    for key in session.scalars(back.order_by(SalesReturn.id)):
        yield Related(RETURNS, key, msg("Returned by"))
    ahead = select(Payment.id).where(Payment.order_id == order.id).order_by(Payment.id)
    for key in session.scalars(ahead):
        yield Related(PAYMENTS, key, msg("Paid ahead by"))


def of_delivery(session: Session, delivery: Delivery) -> Iterable[Related]:
    """Its order."""
    yield Related(ORDERS, delivery.order_id, msg("Delivers"), before=True)
    yield Related(SUPPLIER_ORDERS, delivery.supplier_order_id, msg("Brought by"), before=True)


def of_return(session: Session, back: SalesReturn) -> Iterable[Related]:
    """Its order, and the credit notes for it."""
    yield Related(ORDERS, back.order_id, msg("Returns"), before=True)
    for key in session.scalars(select(Invoice.id).where(Invoice.return_id == back.id)):
        yield Related(INVOICES, key, msg("Credited by"))


def of_invoice(session: Session, invoice: Invoice) -> Iterable[Related]:
    """Orders, a return and a corrected invoice before it; credit notes and payments after it."""
    for key in sorted({line.order_id for line in invoice.lines if line.order_id is not None}):
        yield Related(ORDERS, key, msg("Invoices"), before=True)
    if invoice.source_type == "sales.contract" and invoice.source_id:
        key = int(invoice.source_id.partition(":")[0])
        yield Related("sales.contracts", key, msg("Recurs by"), before=True)
    yield Related(RETURNS, invoice.return_id, msg("Credits"), before=True)
    yield Related(INVOICES, invoice.corrects_id, msg("Corrects"), before=True)
    for key in session.scalars(select(Invoice.id).where(Invoice.corrects_id == invoice.id)):
        yield Related(INVOICES, key, msg("Corrected by"))
    mine = or_(Application.invoice_id == invoice.id, Application.credit_note_id == invoice.id)
    rows = session.execute(
        select(Application.payment_id, Application.refund_id).where(
            mine, Application.undone.is_(False)
        )
    )
    for key in sorted({key for row in rows for key in row if key is not None}):
        yield Related(PAYMENTS, key, msg("Paid by"))


def of_payment(session: Session, payment: Payment) -> Iterable[Related]:
    """The order that it was paid for, and the documents that it was set against."""
    yield Related(ORDERS, payment.order_id, msg("Paid ahead for"), before=True)
    mine = or_(Application.payment_id == payment.id, Application.refund_id == payment.id)
    rows = session.execute(
        select(Application.invoice_id, Application.credit_note_id).where(
            mine, Application.undone.is_(False)
        )
    )
    drafted = {part.invoice_id for part in payment.parts}
    for key in sorted(drafted | {key for row in rows for key in row if key is not None}):
        yield Related(INVOICES, key, msg("Pays"), before=True)


def of_gift_card(session: Session, card: GiftCard) -> Iterable[Related]:
    """The invoice that sold it and the card that it replaces; payments with it after it."""
    if card.invoice_line_id is not None:
        line = session.get_one(InvoiceLine, card.invoice_line_id)
        yield Related(INVOICES, line.invoice_id, msg("Sold by"), before=True)
    yield Related(GIFT_CARDS, card.replaces_id, msg("Replaces"), before=True)
    for key in session.scalars(select(GiftCard.id).where(GiftCard.replaces_id == card.id)):
        yield Related(GIFT_CARDS, key, msg("Replaced by"))
    paid = select(Payment.id).where(Payment.gift_card_id == card.id).order_by(Payment.id)
    for key in session.scalars(paid):
        yield Related(PAYMENTS, key, msg("Paid with it"))


def of_version(session: Session, version: OrderVersion) -> Iterable[Related]:
    """The order as it is now."""
    yield Related(ORDERS, version.order_id, msg("As it is now"))
