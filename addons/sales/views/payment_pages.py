"""Pages about money: a payment for an invoice, what is set against it, and payments that are taken
back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import money_journals
from addons.sales.models import Invoice, OpenDocument, Payment
from addons.sales.permissions import POST_PAYMENTS
from addons.sales.services.applications import apply_credit
from addons.sales.services.loyalty.redeeming import redeemable
from addons.sales.services.payments import pay_invoices, reverse_payment
from addons.sales.services.titles import invoice_title, payment_title
from addons.sales.views.reaching import reach
from addons.sales.views.typed import typed_amount, typed_day
from core.api import AppError, Page, Redirect, Reply, Request, Route, phrase, savepoint, today


def pay_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """How much was paid, when and through which bank or till; and what the customer has to his
    credit."""
    invoice = reach(session, request, Invoice, POST_PAYMENTS)
    on_account = session.scalars(
        select(OpenDocument)
        .where(
            OpenDocument.contact_id == invoice.contact_id,
            OpenDocument.currency == invoice.currency,
            OpenDocument.kind.in_(("payment", "credit_note")),
        )
        .order_by(OpenDocument.day, OpenDocument.id)
    ).all()
    return Page(
        "sales/pay.html",
        {
            "invoice": invoice,
            "title": invoice_title(invoice),
            "journals": money_journals(session),
            "on_account": on_account,
            "points": redeemable(session, invoice),
            "today": today(session),
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def pay_typed(session: Session, request: Request) -> Reply:
    """Enter and post the payment."""
    invoice = reach(session, request, Invoice, POST_PAYMENTS)
    try:
        with savepoint(session):
            payment = pay_invoices(
                session,
                [invoice.id],
                amount=typed_amount(request, "amount"),
                day=typed_day(request, "day"),
                journal=request.form.get("journal", ""),
                reference=request.form.get("reference", ""),
            )
    except AppError as error:
        return pay_page(session, request, error)
    return Redirect(
        f"/sales/invoices/{invoice.id}", phrase("Paid by {number}.", number=payment.number or "")
    )


def apply_chosen(session: Session, request: Request) -> Reply:
    """Set a payment on account, or a credit note, against the invoice."""
    invoice = reach(session, request, Invoice, POST_PAYMENTS)
    kind, _, key = request.form.get("credit", "").partition(":")
    number = int(key) if key.isdecimal() and len(key) < 19 else None
    try:
        with savepoint(session):
            apply_credit(
                session,
                invoice.id,
                payment_id=number if kind == "payment" else None,
                credit_note_id=number if kind == "credit_note" else None,
            )
    except AppError as error:
        return pay_page(session, request, error)
    return Redirect(f"/sales/invoices/{invoice.id}", phrase("Set against the invoice."))


def reverse_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """Why a payment is taken back."""
    payment = reach(session, request, Payment, POST_PAYMENTS)
    return Page(
        "sales/reverse.html",
        {
            "payment": payment,
            "title": payment_title(payment),
            "today": max(today(session), payment.day),
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def reverse_typed(session: Session, request: Request) -> Reply:
    """Take the payment back."""
    payment = reach(session, request, Payment, POST_PAYMENTS)
    try:
        with savepoint(session):
            reverse_payment(
                session, payment, request.form.get("reason", ""), typed_day(request, "day")
            )
    except AppError as error:
        return reverse_page(session, request, error)
    return Redirect(
        f"/sales/payments/{payment.id}", phrase("Reversed; what it paid is open again.")
    )


ROUTES: Final = (
    Route("GET", "/invoices/{id:int}/pay", pay_page, POST_PAYMENTS),
    Route("POST", "/invoices/{id:int}/pay", pay_typed, POST_PAYMENTS),
    Route("POST", "/invoices/{id:int}/apply", apply_chosen, POST_PAYMENTS),
    Route("GET", "/payments/{id:int}/reverse", reverse_page, POST_PAYMENTS),
    Route("POST", "/payments/{id:int}/reverse", reverse_typed, POST_PAYMENTS),
)
