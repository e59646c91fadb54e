"""Money that a gateway confirmed becomes a payment: posted by the service that posts those of the
desk, so that the books hear of it in the same way.

A gateway tells late, twice, and in any order. Each of its references counts once, for whatever
amount it names: less than was asked pays as far as it goes, more stays to the customer's credit,
and money that comes after a cancellation is money all the same.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.contacts.api import canonical_ids
from addons.sales.models import GatewayReceipt, Invoice, Payment, PaymentIntent, SalesOrder
from addons.sales.options import PortalOptions
from addons.sales.services.locking import lock_invoices
from addons.sales.services.payment_drafts import create_payment, require_amount
from addons.sales.services.payments import post_payment
from addons.sales.services.portal.intents import lock_intent
from addons.sales.services.portal.telling import tell
from core.api import Conflict, InvalidInput, options, phrase, utc_now

_LONGEST: Final = 200


def confirm_payment(
    session: Session, intent_id: int, reference: str, amount: Decimal, currency: str
) -> Payment:
    """The payment that this confirmation is: a new one, or for a reference that was told before,
    the one that it became then. `reference` is the gateway's own name of the money.

    Raises NotFound for an intent that there is not, InvalidInput for no reference, no amount and
    another currency than was asked for, Conflict for a known reference that names another intent
    or amount, and where the day is closed. The caller has made sure that the gateway said it.
    """
    intent = lock_intent(session, intent_id)
    reference = reference.replace("\x00", "").strip()
    if not reference or len(reference) > _LONGEST:
        raise InvalidInput.of("reference", phrase("A confirmation needs a reference."))
    known = _known(session, intent, reference)
    if known is not None:
        return _same(known, intent, amount, currency)
    if currency != intent.currency:
        raise InvalidInput.of(
            "currency",
            phrase("{asked} was asked for, not {told}.", asked=intent.currency, told=currency),
        )
    require_amount(amount, currency)
    payment = post_payment(
        session, create_payment(session, _values(session, intent, reference, amount))
    )
    session.add(
        GatewayReceipt(
            intent_id=intent.id,
            gateway=intent.gateway,
            reference=reference,
            currency=currency,
            amount=amount,
            payment_id=payment.id,
            confirmed_at=utc_now(),
        )
    )
    intent.received += amount
    intent.state = "confirmed"
    session.flush()
    _tell(session, intent, payment)
    return payment


def _known(session: Session, intent: PaymentIntent, reference: str) -> GatewayReceipt | None:
    return session.scalar(
        select(GatewayReceipt).where(
            GatewayReceipt.gateway == intent.gateway, GatewayReceipt.reference == reference
        )
    )


def _same(
    receipt: GatewayReceipt, intent: PaymentIntent, amount: Decimal, currency: str
) -> Payment:
    if (receipt.intent_id, receipt.amount, receipt.currency) != (intent.id, amount, currency):
        raise Conflict(
            phrase("{reference} was told for something else before.", reference=receipt.reference)
        )
    return receipt.payment


def _values(
    session: Session, intent: PaymentIntent, reference: str, amount: Decimal
) -> dict[str, Any]:
    """The payment of this much: to the invoices that were meant, the first due first, as far as
    they are still open; the rest is on account, for the order that it was paid ahead for."""
    wanted = {part.invoice_id: part.amount for part in intent.parts}
    # They are locked in one order; the first due are paid first.
    open_now = sorted(
        lock_invoices(session, wanted).values(), key=lambda one: (one.due_day or one.day, one.id)
    )
    left, parts = amount, []
    for invoice in open_now:
        part = min(left, invoice.residual)
        if part > 0:
            parts.append({"invoice_id": invoice.id, "amount": part})
            left -= part
    today = canonical_ids(session, [intent.contact_id])
    values: dict[str, Any] = {
        "contact_id": today[intent.contact_id],
        "currency": intent.currency,
        "amount": amount,
        "reference": reference,
        "journal": options(session, PortalOptions).online_journal,
        "branch_id": _branch(session, intent, open_now),
        "parts": parts,
    }
    order = None if intent.order_id is None else session.get(SalesOrder, intent.order_id)
    if order is not None and order.state not in ("lost", "cancelled"):
        values["order_id"] = order.id
    return values


def _branch(session: Session, intent: PaymentIntent, invoices: list[Invoice]) -> int | None:
    if invoices:
        return invoices[0].branch_id
    order = None if intent.order_id is None else session.get(SalesOrder, intent.order_id)
    return None if order is None else order.branch_id


def _tell(session: Session, intent: PaymentIntent, payment: Payment) -> None:
    """Say it beside the documents that were paid: of money ahead, that its tax may be due."""
    said = phrase(
        "{amount} {currency} were paid online, as {number}.",
        amount=f"{payment.amount:f}",
        currency=payment.currency,
        number=payment.number or "",
    )
    if intent.order_id is not None:
        order = session.get_one(SalesOrder, intent.order_id)
        ahead = phrase(
            "{amount} {currency} were paid ahead online, as {number}. Where tax is due when money"
            " comes in, write the invoice of the advance.",
            amount=f"{payment.amount:f}",
            currency=payment.currency,
            number=payment.number or "",
        )
        tell(session, order, payment.contact_name, ahead)
        return
    for part in intent.parts:
        tell(session, part.invoice, payment.contact_name, said)
