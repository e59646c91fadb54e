"""Entries that belong to a payment or a cheque are undone by it, so that document and books never
say different things."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry
from addons.accounting.models.payments import Payment
from core.api import Conflict, phrase

_OF_CHEQUES = ("accounting.cheque-steps", "accounting.payment-reversals")


def require_free(session: Session, entry: JournalEntry) -> None:
    """Raise Conflict for the entry of a payment that stands, or of a step of a cheque."""
    if entry.source_type in _OF_CHEQUES:
        raise Conflict(
            phrase("Entry {number} is a step of a cheque.", number=entry.number),
            fix=phrase("Take the cheque to its next step instead."),
        )
    if entry.source_type != "accounting.payments":
        return
    payment = session.scalar(select(Payment).where(Payment.entry_id == entry.id))
    if payment is None or payment.state != "posted":
        return
    fix = phrase("Reverse the payment; that opens what it paid.")
    if payment.method == "cheque":
        fix = phrase("Take the cheque back; that opens what it paid.")
    raise Conflict(phrase("Entry {number} belongs to a payment.", number=entry.number), fix=fix)
