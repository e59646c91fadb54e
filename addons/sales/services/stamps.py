"""What an authority wants of a printed invoice, as whoever sends it there says it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from addons.sales.extension_points import InvoiceStamps
from addons.sales.models import Invoice
from addons.sales.services.customers import address_of
from core.api import Attachment, extensions, msg

_RELEASE: Final = msg("Release of retention")


def title_of(session: Session, invoice: Invoice) -> str:
    """What a posted invoice is called on paper, where that is not simply its kind."""
    if invoice.is_draft:
        return ""
    if invoice.basis == "retention":
        return _RELEASE
    stamps = extensions(session, InvoiceStamps).values()
    return next((name for one in stamps if (name := one.title(session, invoice.id))), "")


def buyer_of(session: Session, invoice: Invoice) -> Iterable[str]:
    """Where the customer is, as paper has it: as it was stamped, whatever is known since."""
    if not invoice.is_draft:
        for one in extensions(session, InvoiceStamps).values():
            if lines := one.buyer(session, invoice.id):
                return lines
    return address_of(session, invoice)


def qr_of(session: Session, invoice: Invoice) -> str:
    """What the QR code of a posted invoice holds; empty where nobody stamps invoices."""
    if invoice.is_draft:
        return ""
    stamps = extensions(session, InvoiceStamps).values()
    return next((code for one in stamps if (code := one.qr(session, invoice.id))), "")


def file_of(session: Session, invoice: Invoice) -> Attachment | None:
    """What travels inside the PDF of a posted invoice; None where nobody stamps invoices."""
    if invoice.is_draft:
        return None
    stamps = extensions(session, InvoiceStamps).values()
    return next((file for one in stamps if (file := one.file(session, invoice.id))), None)
