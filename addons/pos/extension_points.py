"""Where other addons take part in what tills sell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class ReceiptStamps(Protocol):
    """Says what an authority wants to see on a receipt."""

    def qr(self, session: Session, sale_id: int, /) -> str:
        """What the QR code of a booked sale or refund holds; empty where it has none."""
        ...
