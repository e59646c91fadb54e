"""Payments while they are drafts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, money_journals
from addons.contacts.api import all_ids
from addons.purchases.models import Bill, Order, Payment, PaymentLine
from addons.purchases.options import PurchasesOptions
from addons.purchases.services.line_editing import MOST, edited_lines
from addons.purchases.services.rates import require_currency, rounded
from addons.purchases.services.suppliers import require_supplier, same_supplier
from core.api import Conflict, InvalidInput, Suggestion, options, phrase, today

_FIELDS: Final = (
    "kind",
    "contact_id",
    "date",
    "order_id",
    "branch_id",
    "currency",
    "rate",
    "amount",
    "journal",
    "reference",
)


def create_payment(session: Session, values: Mapping[str, Any]) -> Payment:
    """A draft of a payment. Without an amount it is that of its bills. Raises InvalidInput that
    names every wrong field."""
    payment = Payment(state="draft", kind="payment", date=today(session))
    return _filled(session, payment, values)


def update_payment(session: Session, payment: Payment, values: Mapping[str, Any]) -> Payment:
    """Change a draft; bills that are given replace all that were there."""
    require_draft(payment)
    return _filled(session, payment, values)


def delete_payment(session: Session, payment: Payment) -> None:
    """Throw a draft away."""
    require_draft(payment)
    session.delete(payment)
    session.flush()


def require_draft(payment: Payment) -> None:
    """Raise Conflict for one that is posted."""
    if payment.state != "draft":
        raise Conflict(
            phrase("{number} is posted and does not change.", number=payment.number),
            fix=phrase("Reverse it, and write a new one."),
        )


def payment_title(payment: Payment) -> str:
    """The number; of a draft whom it is for."""
    return payment.number or phrase(
        "Draft {id}, {supplier}", id=payment.id, supplier=payment.contact_name
    )


def open_bills(session: Session, payment: Payment) -> list[Bill]:
    """What the payment can pay of its supplier, in its currency, due first first: bills that should
    be paid; for a refund, debit notes."""
    kind = "bill" if payment.kind == "payment" else "debit_note"
    query = select(Bill).where(
        Bill.contact_id.in_(all_ids(session, payment.contact_id)),
        Bill.currency == payment.currency,
        Bill.kind == kind,
        Bill.state == "posted",
        Bill.open > 0,
    )
    if options(session, PurchasesOptions).block_payment:
        query = query.where(Bill.match != "no")
    return list(session.scalars(query.order_by(Bill.due_on, Bill.id)))


def fill_with_oldest(session: Session, payment: Payment) -> Payment:
    """Let a draft pay what is due first, as far as its amount goes."""
    require_draft(payment)
    left = payment.amount
    lines: list[PaymentLine] = []
    known = {line.bill_id: line for line in payment.lines}
    for bill in open_bills(session, payment):
        if left <= 0:
            break
        line = known.get(bill.id) or PaymentLine(bill_id=bill.id)
        line.amount, line.position = min(left, bill.open), len(lines) + 1
        left -= line.amount
        lines.append(line)
    payment.lines = lines
    session.flush()
    return payment


def suggest_journals(session: Session, written: str) -> list[Suggestion]:
    """The banks and tills that a text could mean."""
    text = written.casefold()
    return [
        Suggestion(one.journal, f"{one.title} ({one.currency})")
        for one in money_journals(session)
        if text in one.journal.casefold() or text in one.title.casefold()
    ]


def _filled(session: Session, payment: Payment, values: Mapping[str, Any]) -> Payment:
    with session.no_autoflush:
        for name in _FIELDS:
            if name in values:
                setattr(payment, name, values[name])
        payment.date = payment.date or today(session)
        payment.contact_name = require_supplier(session, payment.contact_id).name
        payment.reference, payment.journal = payment.reference or "", payment.journal or ""
        if "lines" in values:
            _write_lines(session, payment, [dict(line) for line in values["lines"]])
        first = payment.lines[0].bill if payment.lines else None
        if not payment.currency:
            payment.currency = first.currency if first else company_currency(session)
        if payment.id is None and "branch_id" not in values:
            payment.branch_id = _branch(session, payment, first)
        payment.currency = require_currency(payment.currency)
        if payment.amount is None:
            payment.amount = sum((line.amount for line in payment.lines), Decimal(0))
        _require_sound(session, payment)
        _choose_account(session, payment)
    session.add(payment)
    session.flush()
    return payment


def _branch(session: Session, payment: Payment, first: Bill | None) -> int | None:
    """Where nothing is said, that of the bill or the order which is paid."""
    if first is not None:
        return first.branch_id
    order = session.get(Order, payment.order_id) if payment.order_id is not None else None
    return order.branch_id if order is not None else None


def _write_lines(session: Session, payment: Payment, sent: list[dict[str, Any]]) -> None:
    def fill(line: PaymentLine, values: dict[str, Any], place: str) -> None:
        for name in ("position", "bill_id", "amount"):
            if name in values:
                setattr(line, name, values[name])
        bill = None if line.bill_id is None else session.get(Bill, line.bill_id)
        if bill is None or not same_supplier(session, (bill.contact_id, payment.contact_id)):
            raise InvalidInput.of(f"{place}.bill_id", phrase("Choose a bill of this supplier."))
        line.bill = bill
        if line.amount is None:
            line.amount = bill.open
        if line.amount <= 0:
            raise InvalidInput.of(f"{place}.amount", phrase("Say how much of it is paid."))

    kept = edited_lines(payment.lines, sent, PaymentLine, fill)
    ids = [line.bill_id for line in kept]
    for place, one in enumerate(ids):
        if one in ids[:place]:
            raise InvalidInput.of(f"lines.{place}.bill_id", phrase("Named twice."))
    payment.lines = kept


def _require_sound(session: Session, payment: Payment) -> None:
    if payment.amount <= 0 or payment.amount >= MOST:
        raise InvalidInput.of("amount", phrase("The amount must be more than zero."))
    if payment.amount != rounded(payment.amount, payment.currency):
        raise InvalidInput.of(
            "amount", phrase("{currency} has no smaller part.", currency=payment.currency)
        )
    if payment.rate is not None and payment.rate <= 0:
        raise InvalidInput.of("rate", phrase("A rate is more than zero."))
    if sum((line.amount for line in payment.lines), Decimal(0)) > payment.amount:
        raise InvalidInput.of("amount", phrase("The bills come to more than the payment."))
    order = None if payment.order_id is None else session.get(Order, payment.order_id)
    if order is not None and not same_supplier(session, (order.contact_id, payment.contact_id)):
        raise InvalidInput.of("order_id", phrase("Choose an order of this supplier."))


def _choose_account(session: Session, payment: Payment) -> None:
    """The account of the chosen journal; where the books have only one, or none, nobody need
    choose."""
    known = list(money_journals(session))
    if not known:
        payment.account = ""
        return
    if not payment.journal:
        fitting = [one for one in known if one.currency == payment.currency] or known
        payment.journal = fitting[0].journal
    chosen = [one for one in known if one.journal == payment.journal]
    if not chosen:
        raise InvalidInput.of(
            "journal",
            phrase("{journal} is no bank or till.", journal=payment.journal),
            fix=phrase("Choose one of: {journals}.", journals=", ".join(o.journal for o in known)),
        )
    fitting = [one for one in chosen if one.currency == payment.currency] or chosen
    payment.account = fitting[0].account
