"""Paying for another program: a payment as one value, written and posted at once, once only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.models.payments import Payment, PaymentKind
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.payments.documents import Allocation, create_payment
from addons.accounting.services.payments.posting import post_payment
from core.api import Conflict, InvalidInput, phrase

_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('accounting.payment ' || :source, 0))"
)


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A payment that is to be posted. `journal` and `account` are codes of a bank or till; an
    empty currency is the company's. `source_type` and `source_id` name what it is made from."""

    kind: PaymentKind
    partner_id: int
    date: date
    journal: str
    account: str
    amount: Decimal
    source_type: str
    source_id: str
    currency: str = ""
    items: tuple[Allocation, ...] = ()
    charges: Decimal = Decimal(0)
    company_amount: Decimal | None = None
    reference: str = ""
    memo: str = ""


def pay(session: Session, order: PaymentOrder) -> Payment:
    """Write and post a payment. The same source again changes nothing and returns the payment
    that it made; raises Conflict where that one says otherwise."""
    if not (order.source_type and order.source_id):
        raise InvalidInput.of("source_id", phrase("A source needs both a type and an id."))
    source = f"{order.source_type} {order.source_id}"
    # Two who bring the same source at once: the second finds what the first has made.
    session.execute(_ONE_AT_A_TIME, {"source": source})
    known = session.scalar(
        select(Payment).where(
            Payment.source_type == order.source_type, Payment.source_id == order.source_id
        )
    )
    currency = order.currency or company_currency(session)
    if known is not None:
        said = (known.kind, known.partner_id, known.date, known.amount, known.currency)
        if said != (order.kind, order.partner_id, order.date, order.amount, currency):
            raise Conflict(
                phrase("{source} was paid before, with another content.", source=source),
                fix=phrase("Reverse that payment, and pay anew under another source."),
            )
        return known
    payment = create_payment(
        session,
        {
            "kind": order.kind,
            "partner_id": order.partner_id,
            "date": order.date,
            "journal_id": session.scalar(select(Journal.id).where(Journal.code == order.journal)),
            "account_id": session.scalar(select(Account.id).where(Account.code == order.account)),
            "currency": currency,
            "amount": order.amount,
            "charges": order.charges,
            "company_amount": order.company_amount,
            "reference": order.reference,
            "memo": order.memo,
            "items": tuple(
                {"line_id": one.line_id, "amount": one.amount, "discount": one.discount}
                for one in order.items
            ),
        },
    )
    payment.source_type, payment.source_id = order.source_type, order.source_id
    return post_payment(session, payment)
