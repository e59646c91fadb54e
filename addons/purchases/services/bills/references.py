"""The supplier's own number on a bill: it should be there, and the same one is never billed twice.

A supplier's invoice has a number of its own (Directive 2006/112/EC, article 226(2)), and whoever
deducts its VAT must hold that invoice (article 178(a)).
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.contacts.api import all_ids
from addons.purchases.models import Bill
from addons.purchases.options import PurchasesOptions
from core.api import Conflict, InvalidInput, options, phrase, require_confirmation


def require_reference(session: Session, bill: Bill) -> None:
    """Raise InvalidInput for a bill without the supplier's number, where the company wants one."""
    if _lacks_reference(bill) and _policy(session) == "required":
        raise InvalidInput.of(
            "supplier_reference",
            phrase("The number on the supplier's paper is missing."),
            fix=phrase("Type it under “Supplier's number”."),
        )


def ask_for_reference(session: Session, bill: Bill) -> None:
    """Ask before a bill is posted without the supplier's number, where that is to be asked."""
    if _lacks_reference(bill) and _policy(session) == "ask":
        require_confirmation(
            session,
            phrase(
                "The bill does not say the number on the supplier's paper: nobody will notice if "
                "it is entered twice. Post it without?"
            ),
            key=f"purchases.no_reference:{bill.id}",
        )


def _lacks_reference(bill: Bill) -> bool:
    return bill.kind == "bill" and not bill.supplier_reference


def _policy(session: Session) -> str:
    return options(session, PurchasesOptions).missing_reference


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
