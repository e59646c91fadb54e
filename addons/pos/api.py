"""What other addons may use of the point of sale: its events, and who may see its sales."""

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
from addons.pos.permissions import VIEW_SALES

__all__ = [
    "VIEW_SALES",
    "BookedLine",
    "BookedPayment",
    "BookedSale",
    "CashMoved",
    "CountedDifference",
    "SalesBooked",
    "SessionClosed",
]
