"""The supplier's own number on a bill: the same one is never billed twice."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.contacts.api import all_ids
from addons.purchases.models import Bill
from core.api import Conflict, phrase


def require_new_reference(session: Session, bill: Bill) -> None:
    """Raise Conflict where another bill of the supplier, under whatever id the contact had, bears
    the same reference. The lock makes two who type it at once take turns."""
    reference = bill.supplier_reference.lower()
    if bill.kind != "bill" or not reference:
        return
    ids = all_ids(session, bill.contact_id)
    key = f"purchases.reference:{ids[0]}:{reference}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    other = session.scalars(
        select(Bill)
        .where(
            Bill.contact_id.in_(ids),
            func.lower(Bill.supplier_reference) == reference,
            Bill.kind == "bill",
            Bill.id != (bill.id or 0),
        )
        .limit(1)
    ).first()
    if other is not None:
        raise Conflict(
            phrase(
                "{reference} of {supplier} is recorded already, as {bill} of {day}.",
                reference=bill.supplier_reference,
                supplier=bill.contact_name,
                bill=other.number or phrase("draft {id}", id=other.id),
                day=other.date,
            ),
            fix=phrase("Open that one, or check the number on the paper."),
        )
