"""What an authority wants of a printed receipt, as whoever sends it there says it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.pos.extension_points import ReceiptStamps
from addons.pos.models import Sale
from core.api import Attachment, Pdf, extensions, print_pdf


def qr_of(session: Session, sale: Sale) -> str:
    """What the QR code of a receipt holds; empty where nobody stamps receipts."""
    stamps = extensions(session, ReceiptStamps).values()
    return next((code for one in stamps if (code := one.qr(session, sale.id))), "")


def file_of(session: Session, sale: Sale) -> Attachment | None:
    """What travels inside the PDF of a receipt; None where nobody stamps receipts."""
    stamps = extensions(session, ReceiptStamps).values()
    return next((file for one in stamps if (file := one.file(session, sale.id))), None)


def receipt_pdf(session: Session, sale_id: int) -> Pdf | None:
    """A receipt as PDF, in the company's language, with the file inside that a stamp gives it.
    None where there is no such sale."""
    sale = session.get(Sale, sale_id)
    return None if sale is None else print_pdf(session, "pos.sales", sale)
