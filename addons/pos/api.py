"""What other addons may use of the point of sale: its events, its sales as they were
booked, who may see them, and what is stamped on their receipts."""

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
from addons.pos.extension_points import ReceiptStamps
from addons.pos.permissions import VIEW_SALES
from addons.pos.services.booked import TillLine, TillSale, till_sales

__all__ = [
    "VIEW_SALES",
    "BookedLine",
    "BookedPayment",
    "BookedSale",
    "CashMoved",
    "CountedDifference",
    "ReceiptStamps",
    "SalesBooked",
    "SessionClosed",
    "TillLine",
    "TillSale",
    "till_sales",
]
