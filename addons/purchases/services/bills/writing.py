"""Bills and debit notes while they are drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.models import Bill, Order
from addons.purchases.services.bills.line_writing import write_lines
from addons.purchases.services.bills.proposing import lines_of_bill, lines_of_order
from addons.purchases.services.bills.references import require_new_reference
from addons.purchases.services.orders.naming_lines import name_lines
from addons.purchases.services.rates import require_currency
from addons.purchases.services.suppliers import require_supplier, same_supplier
from core.api import Conflict, InvalidInput, phrase, today

_FIELDS: Final = (
    "kind",
    "contact_id",
    "supplier_reference",
    "date",
    "order_id",
    "corrects_id",
    "branch_id",
    "currency",
    "rate",
    "due_on",
    "note",
)


def create_bill(session: Session, values: Mapping[str, Any]) -> Bill:
    """A draft. With an order and no lines it holds what was received and not billed yet; a debit
    note that corrects a bill and has no lines, what was sent back of it, or all of it. Raises
    InvalidInput that names every wrong field, and Conflict for a reference that was billed."""
    bill = Bill(state="draft", kind="bill", date=today(session))
    return _filled(session, bill, values)


def update_bill(session: Session, bill: Bill, values: Mapping[str, Any]) -> Bill:
    """Change a draft; lines that are given replace all that were there."""
    require_draft(bill)
    return _filled(session, bill, values)


def delete_bill(session: Session, bill: Bill) -> None:
    """Throw a draft away."""
    require_draft(bill)
    session.delete(bill)
    session.flush()


def require_draft(bill: Bill) -> None:
    """Raise Conflict for one that is posted."""
    if bill.state != "draft":
        raise Conflict(
            phrase("{number} is posted and does not change.", number=bill.number),
            fix=phrase("Write a debit note that corrects it."),
        )


def bill_title(bill: Bill) -> str:
    """The number; of a draft the supplier's, or whose it is."""
    return bill.number or phrase(
        "Draft {id}, {supplier}", id=bill.id, supplier=bill.supplier_reference or bill.contact_name
    )


def _filled(session: Session, bill: Bill, values: Mapping[str, Any]) -> Bill:
    with session.no_autoflush:
        for name in _FIELDS:
            if name in values:
                setattr(bill, name, values[name])
        bill.date = bill.date or today(session)
        bill.note = bill.note or ""
        bill.supplier_reference = (bill.supplier_reference or "").strip()
        order = _order(session, bill)
        corrected = _corrected(session, bill)
        first = order or corrected
        if bill.contact_id is None and first is not None:
            bill.contact_id = first.contact_id
        bill.contact_name = require_supplier(session, bill.contact_id).name
        if first is not None and not same_supplier(session, (bill.contact_id, first.contact_id)):
            raise InvalidInput.of(
                "contact_id",
                phrase("{document} is of another supplier.", document=first.number),
            )
        if not bill.currency:
            bill.currency = first.currency if first else company_currency(session)
        bill.currency = require_currency(bill.currency)
        if first is not None and "branch_id" not in values and bill.id is None:
            bill.branch_id = first.branch_id
        if bill.rate is not None and bill.rate <= 0:
            raise InvalidInput.of("rate", phrase("A rate is more than zero."))
        require_new_reference(session, bill)
        sent = values.get("lines")
        if not sent and not bill.lines:
            sent = _proposed(session, bill, order, corrected)
        elif sent and order is not None and bill.kind == "bill":
            sent = _of_order(bill, order, sent)
        write_lines(session, bill, sent)
    session.add(bill)
    session.flush()
    return bill


def _proposed(
    session: Session, bill: Bill, order: Order | None, corrected: Bill | None
) -> list[dict[str, Any]] | None:
    if bill.kind == "debit_note":
        return None if corrected is None else lines_of_bill(session, corrected)
    return None if order is None else lines_of_order(session, order)


def _of_order(bill: Bill, order: Order, sent: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines that were sent; goods of the order are billed by its lines, and what it did not
    ask for stands by itself."""
    given = [dict(values) for values in sent]
    goods = [
        values
        for values in given
        if values.get("role") in (None, "", "goods", "expense") and not values.get("price_only")
    ]
    name_lines(goods, bill.lines, order.lines, all_of_order=False)
    return given


def _order(session: Session, bill: Bill) -> Order | None:
    if bill.order_id is None:
        return None
    order = session.get(Order, bill.order_id)
    if order is None or order.state not in ("approved", "done"):
        raise InvalidInput.of("order_id", phrase("Choose an order that is binding."))
    return order


def _corrected(session: Session, bill: Bill) -> Bill | None:
    if bill.corrects_id is None:
        return None
    if bill.kind != "debit_note":
        raise InvalidInput.of("corrects_id", phrase("Only a debit note corrects a bill."))
    found = session.get(Bill, bill.corrects_id)
    if found is None or found.kind != "bill" or found.state != "posted":
        raise InvalidInput.of("corrects_id", phrase("Choose a posted bill."))
    return found
