"""Setting against bills, later, what a supplier owes: the rest of a payment, or a debit note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import require_open
from addons.contacts.api import all_ids
from addons.purchases.events import DebitApplied
from addons.purchases.models import Application, Bill, Payment
from addons.purchases.services.locking import lock, lock_all
from addons.purchases.services.payments.balances import refresh_bills, refresh_payments
from core.api import Conflict, emit, phrase


def apply_debit_note(session: Session, note: Bill) -> list[Application]:
    """Set a debit note that was just posted against the bill that it corrects."""
    if note.corrects_id is None:
        return []
    return _against(session, note, [note.corrects_id])


def apply_to_oldest(session: Session, note: Bill) -> list[Application]:
    """Set what is left of a posted debit note against the supplier's bills, due first first. Raises
    Conflict where nothing is left, or nothing is open."""
    if note.state != "posted" or note.kind != "debit_note" or not note.open:
        raise Conflict(phrase("Nothing is left of this debit note."))
    made = _against(session, note, _open_ids(session, note.contact_id, note.currency))
    if not made:
        raise _nothing_open(note.contact_name)
    return made


def apply_payment(session: Session, payment: Payment) -> list[Application]:
    """Set the rest of a posted payment against the supplier's bills, those of its order first.
    Raises Conflict where nothing is left, or nothing is open."""
    if payment.state != "posted" or payment.kind != "payment" or not payment.unapplied:
        raise Conflict(phrase("Nothing is left of this payment."))
    ids = _open_ids(session, payment.contact_id, payment.currency, payment.order_id)
    bills = lock_all(session, Bill, ids)
    payment = lock(session, Payment, payment.id)
    made = [
        Application(source="payment", payment_id=payment.id, bill_id=bill.id, amount=amount)
        for bill, amount in _shares(payment.unapplied, [bills[one] for one in ids])
    ]
    if not made:
        raise _nothing_open(payment.contact_name)
    _keep(session, made, payment.date)
    refresh_bills(session, bills.values())
    refresh_payments(session, [payment])
    _tell(session, made)
    return made


def _against(session: Session, note: Bill, ids: Sequence[int]) -> list[Application]:
    bills = lock_all(session, Bill, [*ids, note.id])
    note = bills[note.id]
    made = [
        Application(source="debit_note", debit_note_id=note.id, bill_id=bill.id, amount=amount)
        for bill, amount in _shares(note.open, [bills[one] for one in ids])
    ]
    _keep(session, made, note.date)
    refresh_bills(session, bills.values())
    _tell(session, made)
    return made


def _shares(left: Decimal, bills: Sequence[Bill]) -> list[tuple[Bill, Decimal]]:
    """How much of it each bill takes, in their order."""
    found = []
    for bill in bills:
        part = min(left, bill.open)
        if part > 0:
            found.append((bill, part))
            left -= part
    return found


def _keep(session: Session, made: Sequence[Application], day: date) -> None:
    """Dated like the later of the two documents; the books' error where that day is closed."""
    if not made:
        return
    bills = lock_all(session, Bill, [one.bill_id for one in made])
    for one in made:
        one.date = max(day, bills[one.bill_id].date)
        require_open(session, one.date, None)
    session.add_all(made)
    session.flush()


def _tell(session: Session, made: Sequence[Application]) -> None:
    for one in made:
        source = "payment" if one.source == "payment" else "debit_note"
        source_id = one.payment_id if one.payment_id is not None else one.debit_note_id
        emit(
            session,
            DebitApplied(one.id, source, source_id or 0, one.bill_id, one.amount, one.date),
        )


def _open_ids(
    session: Session, contact_id: int, currency: str, order_id: int | None = None
) -> list[int]:
    first = Bill.order_id.is_distinct_from(order_id) if order_id is not None else Bill.due_on
    return list(
        session.scalars(
            select(Bill.id)
            .where(
                Bill.contact_id.in_(all_ids(session, contact_id)),
                Bill.currency == currency,
                Bill.kind == "bill",
                Bill.state == "posted",
                Bill.open > 0,
                Bill.match != "no",
            )
            .order_by(first, Bill.due_on, Bill.id)
        )
    )


def _nothing_open(name: str) -> Conflict:
    return Conflict(
        phrase("No bill of {supplier} is open that it could pay.", supplier=name),
        fix=phrase("Bills that differ are released first."),
    )
