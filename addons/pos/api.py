"""What other addons may use of the point of sale: its events, its sales as they were
booked and as they are printed, who may see them, what is stamped on their receipts, and tills that
sign by themselves."""

from __future__ import annotations

from addons.pos.events import (
    BookedLine,
    BookedPayment,
    BookedSale,
    CashMoved,
    CountedDifference,
    SalesBooked,
    SessionClosed,
)
from addons.pos.extension_points import (
    ReceiptPrinter,
    ReceiptStamps,
    SignedReceipts,
    SigningTill,
)
from addons.pos.permissions import VIEW_SALES
from addons.pos.services.booked import TillLine, TillSale, till_sales
from addons.pos.services.holding import holds_more
from addons.pos.services.registers import register_name
from addons.pos.services.stamps import receipt_pdf

__all__ = [
    "VIEW_SALES",
    "BookedLine",
    "BookedPayment",
    "BookedSale",
    "CashMoved",
    "CountedDifference",
    "ReceiptPrinter",
    "ReceiptStamps",
    "SalesBooked",
    "SessionClosed",
    "SignedReceipts",
    "SigningTill",
    "TillLine",
    "TillSale",
    "holds_more",
    "receipt_pdf",
    "register_name",
    "till_sales",
]
