"""What other addons may use of sales.

Orders, invoices and payments are written by these functions wherever they are written: by pages,
actions, the API, imports and other addons. Each takes the session and never commits.
"""

from __future__ import annotations

from addons.sales.events import (
    CreditApplied,
    GiftCardAdjusted,
    GiftCardExpired,
    InvoiceLine,
    InvoicePosted,
    LineRole,
    OrderCancelled,
    OrderConfirmed,
    PaidInvoice,
    PaymentReceived,
    PaymentReversed,
    PointsValued,
)
from addons.sales.extension_points import Handover, PaymentGateway, PaymentOrder
from addons.sales.permissions import EDIT_ORDERS, VIEW_INVOICES, VIEW_ORDERS
from addons.sales.services.applications import apply_credit, credit_on_account
from addons.sales.services.confirming import cancel_order, confirm_order
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.delivering import Wanted, deliver
from addons.sales.services.invoices import create_invoice
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.orders import create_order
from addons.sales.services.payments import pay_invoices, post_payment, reverse_payment
from addons.sales.services.portal.confirmed import confirm_payment
from addons.sales.services.portal.intents import cancel_payment, refuse_payment
from addons.sales.services.posting import post_invoice

__all__ = [
    "EDIT_ORDERS",
    "VIEW_INVOICES",
    "VIEW_ORDERS",
    "CreditApplied",
    "GiftCardAdjusted",
    "GiftCardExpired",
    "Handover",
    "InvoiceLine",
    "InvoicePosted",
    "LineRole",
    "OrderCancelled",
    "OrderConfirmed",
    "PaidInvoice",
    "PaymentGateway",
    "PaymentOrder",
    "PaymentReceived",
    "PaymentReversed",
    "PointsValued",
    "Wanted",
    "apply_credit",
    "cancel_order",
    "cancel_payment",
    "confirm_order",
    "confirm_payment",
    "create_invoice",
    "create_order",
    "credit_invoice",
    "credit_on_account",
    "deliver",
    "invoice_orders",
    "pay_invoices",
    "post_invoice",
    "post_payment",
    "refuse_payment",
    "reverse_payment",
]
