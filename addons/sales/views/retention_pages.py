"""The page that releases what a customer kept back of an invoice, in whole or in part."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import Invoice
from addons.sales.permissions import POST_INVOICES
from addons.sales.services.releasing import release_retention, still_kept
from addons.sales.services.titles import invoice_title
from addons.sales.views.reaching import reach
from addons.sales.views.typed import typed_amount, typed_day
from core.api import AppError, Page, Redirect, Reply, Request, Route, phrase, savepoint, today


def release_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """How much is released, and when."""
    invoice = reach(session, request, Invoice, POST_INVOICES)
    return Page(
        "sales/release.html",
        {
            "invoice": invoice,
            "title": invoice_title(invoice),
            "kept": still_kept(session, invoice),
            "today": today(session),
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def release_typed(session: Session, request: Request) -> Reply:
    """Post the invoice that asks for it."""
    invoice = reach(session, request, Invoice, POST_INVOICES)
    try:
        with savepoint(session):
            release = release_retention(
                session,
                invoice,
                amount=typed_amount(request, "amount"),
                day=typed_day(request, "day"),
            )
    except AppError as error:
        return release_page(session, request, error)
    return Redirect(
        f"/sales/invoices/{release.id}", phrase("Posted as {number}.", number=release.number or "")
    )


_RELEASE: Final = "/invoices/{id:int}/release"
ROUTES: Final = (
    Route("GET", _RELEASE, release_page, POST_INVOICES),
    Route("POST", _RELEASE, release_typed, POST_INVOICES),
)
