"""Undoing a payment: what it settled is open again, and an entry says so.

    money in   Dr receivable   each item of the payment   Cr bank, or wherever the money stood
    money out  the same with the sides exchanged

Charges that the bank takes for a payment that failed stand in the same entry: Dr bank charges, or
Dr receivable where the partner bears them, Cr bank.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry, JournalLine, Settlement, SettlementPart
from addons.accounting.models.payments import Payment
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.default_accounts import default_code
from addons.accounting.services.drafts import as_value
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from addons.accounting.services.payments.agreed import control_account
from addons.accounting.services.reversal import open_date_for, reverse
from addons.accounting.services.settlement.reversals import settle_reversal
from addons.accounting.services.settlement.undoing import undo
from core.api import Conflict, announce, phrase

SOURCE = "accounting.payments"
REVERSAL_SOURCE = "accounting.payment-reversals"


@dataclass(frozen=True, slots=True)
class Charges:
    """What the bank takes, in the company's currency, from which account; and whether the partner
    bears it."""

    amount: Decimal
    account: str
    on_partner: bool = False


def require_posted(payment: Payment) -> None:
    """Raise Conflict for a payment that is a draft, or was reversed before."""
    if payment.state == "draft":
        raise Conflict(
            phrase("The payment is a draft, not posted."), fix=phrase("Change or delete it.")
        )
    if payment.state == "reversed":
        raise Conflict(phrase("The payment is reversed already."))


def reverse_payment(
    session: Session, payment: Payment, *, on: date | None = None, reason: str = ""
) -> Payment:
    """Undo a posted payment with the reversal of its entry, dated `on`, or like the payment where
    its day can still be posted to. What it settled, or its advance did later, is open again."""
    _take(session, payment)
    entry = session.get_one(JournalEntry, payment.entry_id)
    day = on or open_date_for(session, entry)
    _undo_settlements(session, payment, day)
    payment.state = "reversed"
    session.flush()
    outcome = reverse(session, entry.id, on=day, reason=reason)
    return _reversed(session, payment, outcome.id, reason)


def bring_back(
    session: Session,
    payment: Payment,
    *,
    account: str,
    on: date,
    reason: str = "",
    journal: str = "",
    charges: Charges | None = None,
) -> Payment:
    """Undo a payment whose money has moved to another account since, as a cheque's does: the
    entry is mirrored there, with what the bank charges."""
    _take(session, payment)
    entry = session.get_one(JournalEntry, payment.entry_id)
    _undo_settlements(session, payment, on)
    given = as_value(entry)
    lines = tuple(_mirrored(line, payment.account.code, account) for line in given.lines)
    outcome = post(
        session,
        EntryDraft(
            date=on,
            lines=(*lines, *charge_lines(session, payment, charges)),
            journal=journal or given.journal,
            reference=entry.number or "",
            narration=reason,
            partner=payment.partner,
            partner_id=payment.partner_id,
            source_type=REVERSAL_SOURCE,
            source_id=str(payment.id),
        ),
    )
    settle_reversal(session, entry.id, outcome.id)
    return _reversed(session, payment, outcome.id, reason)


def charge_lines(
    session: Session, payment: Payment, charges: Charges | None
) -> tuple[LineDraft, ...]:
    """What the bank takes: Dr charges or the partner's receivable, Cr bank."""
    if charges is None or not charges.amount:
        return ()
    own = company_currency(session)
    if charges.on_partner:
        debited = control_account(session, payment.partner_id, "receivable").code
    else:
        debited = default_code(session, "bank_charges_account")
    partner_id = payment.partner_id if charges.on_partner else None
    label = phrase("Bank charges")
    return (
        LineDraft(debited, charges.amount, label, own, partner_id=partner_id),
        LineDraft(charges.account, -charges.amount, label, own),
    )


def _take(session: Session, payment: Payment) -> None:
    session.flush()
    session.refresh(payment, with_for_update=True)
    require_posted(payment)


def _undo_settlements(session: Session, payment: Payment, on: date) -> None:
    """Undo everything that any line of the payment was settled with, by whomever."""
    touched = (
        select(Settlement.id, Settlement.date)
        .join(SettlementPart, SettlementPart.settlement_id == Settlement.id)
        .join(JournalLine, JournalLine.id == SettlementPart.line_id)
        .where(
            JournalLine.entry_id == payment.entry_id,
            Settlement.undone_on.is_(None),
            Settlement.kind == "match",
        )
        .distinct()
        .order_by(Settlement.id.desc())
    )
    for settlement_id, day in session.execute(touched).all():
        undo(session, settlement_id, on=max(day, on))
    for item in payment.items:
        item.settlement_id = None


def _mirrored(line: LineDraft, money: str, account: str) -> LineDraft:
    agreed = line.original_amount
    return replace(
        line,
        account=account if line.account == money else line.account,
        amount=line.amount.copy_negate(),
        original_amount=None if agreed is None else agreed.copy_negate(),
        tax_base=None if line.tax_base is None else line.tax_base.copy_negate(),
    )


def _reversed(session: Session, payment: Payment, entry_id: int, reason: str) -> Payment:
    payment.state = "reversed"
    payment.reversal_id = entry_id
    payment.reversal_reason = reason
    session.flush()
    announce(session, SOURCE, payment.id)
    return payment
