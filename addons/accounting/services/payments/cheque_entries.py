"""The entries of a cheque's steps between being received and being paid: from one account to the
next, with what the bank charges.

    Dr where the value goes   Cr where it was
    Dr bank charges           Cr bank
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalLine
from addons.accounting.models.cheques import Cheque
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from addons.accounting.services.payments.reversing import Charges, charge_lines
from addons.accounting.services.settlement.items import items_of_entry
from addons.accounting.services.settlement.settling import settle
from addons.accounting.services.settlement.values import OpenItem
from core.api import phrase

SOURCE = "accounting.cheque-steps"


def moved(
    session: Session,
    cheque: Cheque,
    state: str,
    day: date,
    *,
    frm: str,
    to: str,
    charges: Charges | None,
) -> int | None:
    """Carry the value of a cheque to another account; None where there is nothing to post."""
    value = _value(session, cheque)
    lines: tuple[LineDraft, ...] = ()
    if frm != to:
        # The value is a debit of a cheque received and a credit of one issued.
        lines = (replace(value, account=to), _negative(replace(value, account=frm)))
    return _post(session, cheque, state, day, lines, charges)


def noted(
    session: Session, cheque: Cheque, state: str, day: date, charges: Charges | None
) -> int | None:
    """A step that moves nothing: only what the bank charges is posted."""
    return _post(session, cheque, state, day, (), charges)


def set_off(session: Session, cheque: Cheque, entry_ids: Sequence[int | None]) -> None:
    """Where the accounts of cheques keep open items, set what left a place off against what had
    come to it, so that only cheques which are still there are open."""
    items = [
        item
        for entry_id in dict.fromkeys(entry_ids)
        if entry_id is not None
        for item in items_of_entry(session, entry_id)
    ]
    by_account: dict[int, list[OpenItem]] = {}
    for item in items:
        by_account.setdefault(item.account_id, []).append(item)
    control = {
        account.id
        for account in session.scalars(select(Account).where(Account.id.in_(by_account)))
        if account.subtype in ("receivable", "payable")
    }
    for account_id, found in by_account.items():
        sides = {item.owed > 0 for item in found}
        if account_id not in control and len(sides) == 2:
            settle(session, [item.line_id for item in found])


def _post(
    session: Session,
    cheque: Cheque,
    state: str,
    day: date,
    lines: tuple[LineDraft, ...],
    charges: Charges | None,
) -> int | None:
    payment = cheque.payment
    if payment is None:
        raise RuntimeError(f"cheque {cheque.id} is in the books without a payment")
    lines = (*lines, *charge_lines(session, payment, charges))
    if not lines:
        return None
    step = len(cheque.steps) + 1
    return post(
        session,
        EntryDraft(
            date=day,
            lines=lines,
            journal=payment.journal.code,
            reference=cheque.number,
            narration=phrase("Cheque {number}: {state}", number=cheque.number, state=state),
            partner=cheque.partner,
            partner_id=cheque.partner_id,
            source_type=SOURCE,
            source_id=f"{cheque.id}/{step}",
        ),
    ).id


def _value(session: Session, cheque: Cheque) -> LineDraft:
    """What the cheque is worth in the books: the first line of its payment's entry."""
    payment = cheque.payment
    assert payment is not None
    line, code = session.execute(
        select(JournalLine, Account.code)
        .join(Account, Account.id == JournalLine.account_id)
        .where(JournalLine.entry_id == payment.entry_id)
        .order_by(JournalLine.position)
        .limit(1)
    ).one()
    return LineDraft(
        code,
        line.amount,
        currency=line.currency,
        original_amount=line.original_amount,
        original_currency=line.original_currency,
        partner_id=cheque.partner_id,
        due_date=cheque.due_date,
    )


def _negative(line: LineDraft) -> LineDraft:
    agreed = line.original_amount
    return replace(
        line,
        amount=line.amount.copy_negate(),
        original_amount=None if agreed is None else agreed.copy_negate(),
    )
