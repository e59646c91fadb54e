"""Posting a payment: one entry, and the settlement of what it pays, in one transaction.

    money in   Dr bank or cash             what arrived
               Dr bank charges             what the bank kept
               Dr discounts given (VAT)    early-payment discount
                   Cr receivable           each item that is paid, with its discount
                   Cr receivable           what is left over: an advance, open until it is settled

    money out  the same with the sides exchanged; charges are debited and paid on top.

In a foreign currency every line holds what was agreed in it beside the company's amount, at the
rate of the day or at what the bank booked; settling then posts the exchange difference.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalLine
from addons.accounting.models.payments import Payment
from addons.accounting.services.entry_draft import EntryDraft
from addons.accounting.services.ledger import post
from addons.accounting.services.payments.composing import compose
from addons.accounting.services.payments.documents import require_draft
from addons.accounting.services.settlement.settling import settle
from core.api import announce

SOURCE = "accounting.payments"


def post_payment(session: Session, payment: Payment) -> Payment:
    """Post a draft and settle what it pays. Raises InvalidInput naming an item that is no longer
    open as far as it would be paid; nothing is written then."""
    session.flush()
    session.refresh(payment, with_for_update=True)
    require_draft(payment)
    _lock_lines(session, [item.line_id for item in payment.items])
    composed = compose(session, payment)
    outcome = post(
        session,
        EntryDraft(
            date=payment.date,
            lines=composed.lines,
            journal=payment.journal.code,
            reference=payment.reference,
            narration=payment.memo,
            partner=payment.partner,
            partner_id=payment.partner_id,
            source_type=SOURCE,
            source_id=str(payment.id),
        ),
    )
    payment.entry_id = outcome.id
    payment.state = "posted"
    _note_lines(session, payment, composed.places)
    settle_items(session, payment)
    announce(session, SOURCE, payment.id)
    return payment


def settle_items(session: Session, payment: Payment) -> None:
    """Settle each item of a posted payment with the line that the payment wrote for it."""
    for item in payment.items:
        if item.settlement_id is None and item.paid_by_id is not None:
            settlement = settle(session, [item.line_id, item.paid_by_id])
            item.settlement_id = settlement.id
    session.flush()


def _note_lines(session: Session, payment: Payment, places: Sequence[int]) -> None:
    """Keep with each item the line that pays it."""
    written = session.scalars(
        select(JournalLine.id)
        .where(JournalLine.entry_id == payment.entry_id)
        .order_by(JournalLine.position)
    ).all()
    for item, place in zip(payment.items, places, strict=True):
        item.paid_by_id, item.open_item_id = written[place], None
    session.flush()


def _lock_lines(session: Session, line_ids: Sequence[int]) -> None:
    """Two who pay the same item take turns; the second finds it paid."""
    session.execute(
        select(JournalLine.id)
        .where(JournalLine.id.in_(line_ids))
        .order_by(JournalLine.id)
        .with_for_update(key_share=True)
    )
