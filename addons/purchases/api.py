"""What other addons may use of purchases: its events, and who may see and write orders."""

from __future__ import annotations

from addons.purchases.events import (
    BillLine,
    BillLineRole,
    BillPosted,
    ConsumedLine,
    ConsumptionOrdered,
    DebitApplied,
    DirectlySupplied,
    OrderApproved,
    OrderClosed,
    PaidBill,
    SuppliedDirectly,
    SupplierPaid,
    SupplierPaymentReversed,
)
from addons.purchases.permissions import EDIT_ORDERS, EDIT_REQUESTS, VIEW_PURCHASES

__all__ = [
    "EDIT_ORDERS",
    "EDIT_REQUESTS",
    "VIEW_PURCHASES",
    "BillLine",
    "BillLineRole",
    "BillPosted",
    "ConsumedLine",
    "ConsumptionOrdered",
    "DebitApplied",
    "DirectlySupplied",
    "OrderApproved",
    "OrderClosed",
    "PaidBill",
    "SuppliedDirectly",
    "SupplierPaid",
    "SupplierPaymentReversed",
]
