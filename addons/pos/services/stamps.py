"""What an authority wants of a printed receipt, as whoever sends it there says it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.pos.extension_points import ReceiptStamps
from addons.pos.models import Sale
from core.api import extensions


def qr_of(session: Session, sale: Sale) -> str:
    """What the QR code of a receipt holds; empty where nobody stamps receipts."""
    stamps = extensions(session, ReceiptStamps).values()
    return next((code for one in stamps if (code := one.qr(session, sale.id))), "")
