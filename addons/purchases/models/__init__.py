"""The tables of the schema `purchases`, in the order of a purchase: request, quotation, order,
receipt, bill, payment."""

from __future__ import annotations

from addons.purchases.models import (
    agreements,
    analysis,
    approvals,
    bills,
    consumption,
    orders,
    payments,
    quotations,
    receipts,
    requests,
)
from addons.purchases.models.agreements import (
    Agreement,
    AgreementLine,
    OrderTemplate,
    OrderTemplateLine,
    SupplierPrice,
)
from addons.purchases.models.analysis import OrderItem, PurchaseLine
from addons.purchases.models.approvals import ApprovalLimit, ApprovalStep, Delegation
from addons.purchases.models.bills import Bill, BillLine
from addons.purchases.models.consumption import Consumption
from addons.purchases.models.orders import Order, OrderLine
from addons.purchases.models.payments import Application, Payment, PaymentLine
from addons.purchases.models.quotations import Offer, OfferLine, Quotation, QuotationLine
from addons.purchases.models.receipts import Receipt, ReceiptLine, Received
from addons.purchases.models.requests import PurchaseRequest, PurchaseRequestLine

__all__ = [
    "MODELS",
    "Agreement",
    "AgreementLine",
    "Application",
    "ApprovalLimit",
    "ApprovalStep",
    "Bill",
    "BillLine",
    "Consumption",
    "Delegation",
    "Offer",
    "OfferLine",
    "Order",
    "OrderItem",
    "OrderLine",
    "OrderTemplate",
    "OrderTemplateLine",
    "Payment",
    "PaymentLine",
    "PurchaseLine",
    "PurchaseRequest",
    "PurchaseRequestLine",
    "Quotation",
    "QuotationLine",
    "Receipt",
    "ReceiptLine",
    "Received",
    "SupplierPrice",
]

MODELS: tuple[type, ...] = (
    *requests.MODELS,
    *agreements.MODELS,
    *orders.MODELS,
    *quotations.MODELS,
    *approvals.MODELS,
    *receipts.MODELS,
    *consumption.MODELS,
    *bills.MODELS,
    *payments.MODELS,
    *analysis.MODELS,
)
