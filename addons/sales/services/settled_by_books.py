"""Payments and settlements that were entered in the books: they reach the documents here.

The books settle what the addon's own payments pay as well, so only what they settled beyond that is
entered. The difference says it, whoever was first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.sales.models import Application, Invoice, Payment
from addons.sales.services.applications import settle, undo
from addons.sales.services.locking import lock_invoices, lock_payments
from addons.sales.services.loyalty.awarding import award

INVOICE: Final = "sales.invoice"
PAYMENT: Final = "sales.payment"
"""By these names the books know the documents of sales."""


@dataclass(frozen=True, slots=True)
class InBooks:
    """A document of sales, and what of it is settled in the books by now."""

    source_type: str
    source_id: int
    settled: Decimal


def note_settled(session: Session, settlement_id: int, day: date, found: Sequence[InBooks]) -> None:
    """Enter what a settlement of the books settled beyond what payments and credit notes did."""
    changed: list[Invoice] = []
    for document, settled in _documents(session, found):
        whole = document.amount if isinstance(document, Payment) else document.total
        known = document.used if isinstance(document, Payment) else document.settled
        more = min(settled, whole) - known
        if more <= 0:
            continue
        settle(document, more)
        made = Application(day=day, amount=more, settlement_id=settlement_id, undone=False)
        if isinstance(document, Payment):
            made.payment_id = document.id if document.kind == "payment" else None
            made.refund_id = document.id if document.kind == "refund" else None
        elif document.kind == "invoice":
            made.invoice_id = document.id
        else:
            made.credit_note_id = document.id
        session.add(made)
        if isinstance(document, Invoice):
            changed.append(document)
    session.flush()
    award(session, changed, day)


def note_undone(session: Session, settlement_id: int, found: Sequence[InBooks]) -> None:
    """Enter that a settlement of the books was undone: what it settled is open again, be it of its
    own or what a payment of sales had paid."""
    documents = [document for document, _ in _documents(session, found)]
    invoices = [one.id for one in documents if isinstance(one, Invoice)]
    payments = [one.id for one in documents if isinstance(one, Payment)]
    by_books = session.scalars(
        select(Application).where(
            Application.settlement_id == settlement_id, Application.undone.is_(False)
        )
    ).all()
    ours = session.scalars(
        select(Application).where(
            Application.settlement_id.is_(None),
            Application.undone.is_(False),
            or_(Application.invoice_id.in_(invoices), Application.refund_id.in_(payments)),
            or_(Application.payment_id.in_(payments), Application.credit_note_id.in_(invoices)),
        )
    ).all()
    settled = {(one.source_type, one.source_id): one.settled for one in found}
    undo(session, [*by_books, *(one for one in ours if _is_open(session, one, settled))])


def _is_open(session: Session, made: Application, settled: dict[tuple[str, int], Decimal]) -> bool:
    """Whether the books know less of the invoice as settled than its documents do."""
    if made.invoice_id is None:
        return False
    invoice = session.get_one(Invoice, made.invoice_id)
    in_books = settled.get((INVOICE, invoice.id))
    return in_books is not None and invoice.settled - in_books >= made.amount


def _documents(
    session: Session, found: Sequence[InBooks]
) -> list[tuple[Invoice | Payment, Decimal]]:
    """The documents, locked: payments before invoices, as everywhere."""
    settled = {(one.source_type, one.source_id): one.settled for one in found}
    payments = lock_payments(session, [key for kind, key in settled if kind == PAYMENT])
    invoices = lock_invoices(session, [key for kind, key in settled if kind == INVOICE])
    return [
        *((one, settled[PAYMENT, one.id]) for one in payments.values()),
        *((one, settled[INVOICE, one.id]) for one in invoices.values()),
    ]
