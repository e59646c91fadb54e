"""The PDF of a document as the customer gets it: what the print button gives the staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from addons.sales.views.deliveries import DELIVERIES
from addons.sales.views.invoices import INVOICES
from addons.sales.views.orders import ORDERS
from addons.sales.views.payments import PAYMENTS
from core.api import File, NotFound, Pdf, Resource, phrase, print_pdf

_RESOURCES = {one.model: one for one in (ORDERS, INVOICES, DELIVERIES, PAYMENTS)}


def paper_of(session: Session, document: Any, language: str) -> Pdf:
    """A document as PDF in this language, in the form that fits its state."""
    resource: Resource = _RESOURCES[type(document)]
    fitting = next((form.name for form in resource.prints if form.when(document)), None)
    if fitting is None and resource.prints:
        raise NotFound(phrase("There is nothing to print."))
    return print_pdf(session, resource, document, language, form=fitting or "")


def as_file(pdf: Pdf) -> File:
    """A PDF that opens in the browser."""
    return File(pdf.content, pdf.name, "application/pdf", inline=True)
