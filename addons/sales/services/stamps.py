"""The QR code of an invoice, as whoever sends it to an authority says it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.sales.extension_points import InvoiceStamps
from addons.sales.models import Invoice
from core.api import extensions


def qr_of(session: Session, invoice: Invoice) -> str:
    """What the QR code of a posted invoice holds; empty where nobody stamps invoices."""
    if invoice.is_draft:
        return ""
    stamps = extensions(session, InvoiceStamps).values()
    return next((code for one in stamps if (code := one.qr(session, invoice.id))), "")
