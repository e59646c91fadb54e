"""Releasing what a customer kept back: an invoice without taxes that asks for it, since the taxes
were due with the first one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.sales.models import Invoice
from addons.sales.services.amounts import ZERO, step_of, to_step
from addons.sales.services.applications import apply_credit
from addons.sales.services.blank_lines import new_line
from addons.sales.services.invoices import blank_invoice, work_out_invoice
from addons.sales.services.locking import lock_invoices
from addons.sales.services.posting import post_invoice
from core.api import Conflict, InvalidInput, enqueue, phrase, today

ONE_RETENTION: Final = "sales.release_retention"
_COPIED: Final = (
    "contact_id",
    "contact_name",
    "currency",
    "rate",
    "salesperson_id",
    "team_id",
    "branch_id",
    "reference",
)


def still_kept(session: Session, invoice: Invoice) -> Decimal:
    """What of an invoice the customer still keeps back: less what was released."""
    if invoice.is_draft or not invoice.retained:
        return ZERO
    released = session.scalar(
        select(func.coalesce(func.sum(Invoice.total), ZERO)).where(
            Invoice.releases_id == invoice.id, Invoice.state == "posted"
        )
    )
    return invoice.retained - (released or ZERO)


def release_retention(
    session: Session, invoice: Invoice, *, amount: Decimal | None = None, day: date | None = None
) -> Invoice:
    """Post the invoice that asks for what was kept back: all of it, or this amount. What credit
    notes to the first invoice left to the customer's credit is set against it.

    Raises Conflict where nothing is kept back, InvalidInput for more than is.
    """
    invoice = lock_invoices(session, [invoice.id])[invoice.id]
    kept = still_kept(session, invoice)
    if kept <= 0:
        raise Conflict(
            phrase("Nothing is kept back of {number} any more.", number=invoice.number or "")
        )
    wanted = kept if amount is None else amount
    if not 0 < wanted <= kept or wanted != to_step(wanted, step_of(invoice.currency)):
        raise InvalidInput.of(
            "amount",
            phrase(
                "At the most {most} {currency} can be released.",
                most=f"{kept:f}",
                currency=invoice.currency,
            ),
        )
    release = blank_invoice(session, basis="retention")
    for name in _COPIED:
        setattr(release, name, getattr(invoice, name))
    release.day = max(day or today(session), invoice.day)
    release.with_promotions, release.releases_id = False, invoice.id
    release.lines = [
        new_line(
            role="retention",
            position=1,
            description=phrase("Kept back of {number}", number=invoice.number or ""),
            quantity=Decimal(1),
            price=wanted,
        )
    ]
    work_out_invoice(session, release)
    session.add(release)
    session.flush()
    post_invoice(session, release)
    _use_credit(session, invoice, release)
    return release


def _use_credit(session: Session, invoice: Invoice, release: Invoice) -> None:
    notes = session.scalars(
        select(Invoice.id)
        .where(
            Invoice.corrects_id == invoice.id,
            Invoice.state == "posted",
            Invoice.payment_progress != "paid",
        )
        .order_by(Invoice.id)
    ).all()
    for note_id in notes:
        if release.residual:
            apply_credit(session, release.id, credit_note_id=note_id)


def release_one(session: Session, invoice_id: int, day: date) -> Decimal:
    """Release what is still kept back of an invoice whose day has come; returns how much."""
    invoice = lock_invoices(session, [invoice_id])[invoice_id]
    kept = still_kept(session, invoice)
    if kept > 0:
        release_retention(session, invoice, day=day)
    return kept


def ask_for_due(session: Session, day: date) -> int:
    """Have a job release each retention whose day has come; returns how many there are."""
    wanted = select(Invoice).where(
        Invoice.state == "posted", Invoice.retained > 0, Invoice.retained_until <= day
    )
    due = [one.id for one in session.scalars(wanted) if still_kept(session, one) > 0]
    for invoice_id in due:
        enqueue(session, ONE_RETENTION, invoice_id=invoice_id)
    return len(due)
