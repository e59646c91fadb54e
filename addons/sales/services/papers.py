"""Invoices on paper, for addons that keep them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.sales.models import Invoice
from core.api import Pdf, print_pdf


def invoice_pdf(session: Session, invoice_id: int, language: str = "") -> Pdf | None:
    """A posted invoice or credit note as PDF, in this language or the company's, with the file
    inside that a stamp gives it. It counts as no print. None for a draft, or for none."""
    invoice = session.get(Invoice, invoice_id)
    if invoice is None or invoice.is_draft:
        return None
    form = "invoice" if invoice.kind == "invoice" else "credit_note"
    return print_pdf(session, "sales.invoices", invoice, language, form=form)
