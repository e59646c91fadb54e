"""The page that takes an invoice back in parts: chosen quantities, or a percentage."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import Invoice
from addons.sales.permissions import EDIT_INVOICES
from addons.sales.services.credited import credited_quantities, left_to_credit
from addons.sales.services.crediting import CreditBasis, credit_invoice
from addons.sales.services.titles import invoice_title
from addons.sales.views.reaching import reach
from addons.sales.views.typed import amounts_by_key, typed_amount
from core.api import AppError, Page, Redirect, Reply, Request, Route, phrase, savepoint


def credit_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """How much of each line is credited, and whether it may be invoiced again."""
    invoice = reach(session, request, Invoice, EDIT_INVOICES)
    sold = [line for line in invoice.lines if line.kind == "product"]
    left = left_to_credit(sold, credited_quantities(session, [line.id for line in sold]))
    return Page(
        "sales/credit.html",
        {
            "invoice": invoice,
            "title": invoice_title(invoice),
            "lines": [(line, left[line.id]) for line in sold if line.id in left],
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def credit_typed(session: Session, request: Request) -> Reply:
    """Write the draft of the credit note."""
    invoice = reach(session, request, Invoice, EDIT_INVOICES)
    basis: CreditBasis = (
        "cancellation" if request.form.get("basis") == "cancellation" else "allowance"
    )
    try:
        with savepoint(session):
            percent = typed_amount(request, "percent")
            note = credit_invoice(
                session,
                invoice,
                basis,
                quantities=amounts_by_key(request, "quantity") if percent is None else None,
                percent=percent,
                reason=request.form.get("reason", ""),
            )
    except AppError as error:
        return credit_page(session, request, error)
    return Redirect(f"/sales/invoices/{note.id}", phrase("A draft was written."))


_INVOICE: Final = "/invoices/{id:int}/credit"
ROUTES: Final = (
    Route("GET", _INVOICE, credit_page, EDIT_INVOICES),
    Route("POST", _INVOICE, credit_typed, EDIT_INVOICES),
)
