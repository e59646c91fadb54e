"""Payments as documents: written, changed, filled with what they pay, until they are posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal, JournalEntry, JournalLine
from addons.accounting.models.payments import Payment, PaymentItem, PaymentKind
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.money import round_money
from addons.accounting.services.payments.agreed import partner_name
from addons.accounting.services.payments.discounts import most_discount
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.values import OpenItem
from core.api import Conflict, InvalidInput, Problem, phrase

_FIELDS = (
    "kind", "partner_id", "date", "journal_id", "account_id", "currency", "amount",
    "company_amount", "charges", "reference", "memo",
)  # fmt: skip


class PaymentIsPosted(Conflict):
    """A posted payment is final; it can be reversed."""

    code = "payment-posted"


@dataclass(frozen=True, slots=True)
class Allocation:
    """An item that a payment pays: how much of it, and the discount beside that, both in the
    currency in which the item was agreed."""

    line_id: int
    amount: Decimal
    discount: Decimal = Decimal(0)


def create_payment(session: Session, values: Mapping[str, Any]) -> Payment:
    """A new draft of a payment, from a form's or a call's values."""
    payment = Payment(state="draft", method="transfer")
    return _filled(session, payment, {"currency": company_currency(session), **values})


def update_payment(session: Session, payment: Payment, values: Mapping[str, Any]) -> Payment:
    """Change a draft. Items that are given replace all that were there."""
    require_draft(payment)
    if payment.method == "cheque":
        _require_of_cheque(payment, values)
    return _filled(session, payment, values)


def delete_payment(session: Session, payment: Payment) -> None:
    """Throw a draft away."""
    require_draft(payment)
    if payment.method == "cheque":
        raise Conflict(
            phrase("This is the payment of a cheque."), fix=phrase("Delete the cheque instead.")
        )
    session.delete(payment)
    session.flush()


def require_draft(payment: Payment) -> None:
    """Raise PaymentIsPosted for one that is final."""
    if not payment.is_draft:
        raise PaymentIsPosted(
            phrase("This payment is posted and cannot be changed."),
            fix=phrase("Reverse it, and write a new one."),
        )


def payable_items(
    session: Session, kind: PaymentKind, partner_id: int, on: date | None = None
) -> list[OpenItem]:
    """What a payment of this kind can pay of a partner: debits for money that comes in, credits
    for money that goes out. What is due first comes first."""
    accounts = session.scalars(
        select(Account.id).where(Account.subtype.in_(("receivable", "payable")))
    ).all()
    items = open_items(session, account_ids=accounts, partner_id=partner_id, on=on)
    return [item for item in items if (item.owed > 0) == (kind == "in")]


def allocate(session: Session, payment: Payment) -> int:
    """Fill a draft with the partner's open items in its currency, what is due first first, and
    with the discounts that are still open on its day. Returns how many items it pays."""
    require_draft(payment)
    left = payment.amount
    chosen: list[Allocation] = []
    for item in payable_items(session, _kind(payment), payment.partner_id):
        currency, residual = item.owed_currency, abs(item.owed)
        if currency != payment.currency or left <= 0:
            continue
        saved = most_discount(session, item.line_id, residual, currency, payment.date)
        if saved and residual - saved > left:
            saved = Decimal(0)  # a part is paid: the discount is for those who pay the whole
        paid = min(left, residual - saved)
        chosen.append(Allocation(item.line_id, paid, saved))
        left -= paid
    _set_items(session, payment, chosen)
    session.flush()
    return len(chosen)


def _filled(session: Session, payment: Payment, values: Mapping[str, Any]) -> Payment:
    for name in _FIELDS:
        if name in values:
            setattr(payment, name, values[name])
    if "items" in values:
        _set_items(
            session,
            payment,
            [
                Allocation(
                    item.get("open_item_id") or item["line_id"],
                    item["amount"],
                    item.get("discount") or Decimal(0),
                )
                for item in values["items"]
            ],
        )
    payment.charges = payment.charges or Decimal(0)
    payment.partner = partner_name(session, payment.partner_id)
    with session.no_autoflush:
        problems = tuple(_problems(session, payment))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)
    session.add(payment)
    session.flush()
    return payment


def _require_of_cheque(payment: Payment, values: Mapping[str, Any]) -> None:
    """A cheque says what its payment is; only what it pays is chosen here."""
    for name in _FIELDS:
        if name in values and (values[name] or None) != (getattr(payment, name) or None):
            raise InvalidInput.of(
                name,
                phrase("This is the payment of a cheque, which says so."),
                fix=phrase("Change the cheque instead."),
            )


def _set_items(session: Session, payment: Payment, chosen: Sequence[Allocation]) -> None:
    with session.no_autoflush:
        numbers = _numbers(session, [one.line_id for one in chosen])
    # Rows are kept by line, so that none is deleted and written again under its unique key.
    known = {item.line_id: item for item in payment.items}
    items = []
    for place, one in enumerate(chosen, start=1):
        item = known.pop(one.line_id, None) or PaymentItem(line_id=one.line_id)
        item.position, item.amount, item.discount = place, one.amount, one.discount
        item.number, item.open_item_id = numbers.get(one.line_id, ""), one.line_id
        items.append(item)
    payment.items = items


def _numbers(session: Session, line_ids: Sequence[int]) -> dict[int, str]:
    """What the documents of these lines are called."""
    rows = session.execute(
        select(JournalLine.id, JournalEntry.number, JournalEntry.reference)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalLine.id.in_(line_ids))
    )
    return {line: " ".join(part for part in (number, ref) if part) for line, number, ref in rows}


def _problems(session: Session, payment: Payment) -> list[Problem]:
    found = []
    if payment.amount is None or payment.amount <= 0:
        found.append(Problem("amount", phrase("The amount must be more than zero.")))
    elif payment.amount != round_money(payment.amount, payment.currency):
        found.append(
            Problem("amount", phrase("{currency} has no smaller part.", currency=payment.currency))
        )
    if payment.charges < 0:
        found.append(Problem("charges", phrase("Charges cannot be negative.")))
    if payment.kind == "in" and payment.amount is not None and payment.charges > payment.amount:
        found.append(Problem("charges", phrase("The charges are more than the payment.")))
    journal = session.get(Journal, payment.journal_id)
    if payment.method == "transfer" and (
        journal is None or journal.type not in ("bank", "cash") or not journal.active
    ):
        found.append(Problem("journal_id", phrase("Choose an active bank or cash journal.")))
    account = session.get(Account, payment.account_id)
    if payment.method == "transfer" and (
        account is None or account.subtype not in ("bank", "cash") or not account.active
    ):
        found.append(Problem("account_id", phrase("Choose an active bank or cash account.")))
    lines = [item.line_id for item in payment.items]
    if len(lines) != len(set(lines)):
        found.append(Problem("items", phrase("An item is named twice.")))
    for place, item in enumerate(payment.items):
        if item.amount is None or item.amount <= 0:
            message = phrase("Say how much of this item is paid.")
            found.append(Problem(f"items.{place}.amount", message))
    return found


def _kind(payment: Payment) -> PaymentKind:
    return "in" if payment.kind == "in" else "out"
