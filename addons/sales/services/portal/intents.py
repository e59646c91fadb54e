"""Payments that customers begin online: what they pay, and what became of those that were not paid.

An intent promises nothing. Several may be begun for one invoice; whatever money comes is a payment,
and what the invoice does not take any more stays to the customer's credit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.contacts.api import canonical_ids, get_contact
from addons.sales.models import (
    Invoice,
    Payment,
    PaymentIntent,
    PaymentIntentPart,
    SalesOrder,
)
from addons.sales.options import PortalOptions
from addons.sales.services.amounts import ZERO
from addons.sales.services.payment_drafts import require_amount
from addons.sales.services.portal.guests import Guest, belonging
from core.api import Conflict, InvalidInput, NotFound, options, phrase

MOST_INVOICES: Final = 200
_LONGEST: Final = 500


def begin_for_invoices(
    session: Session, guest: Guest, gateway: str, invoice_ids: Collection[int]
) -> PaymentIntent:
    """Begin to pay all that is open of these invoices of the guest.

    Raises InvalidInput for none, for too many, and for invoices that are not theirs, not in one
    currency, or paid.
    """
    found = payable_invoices(session, guest, invoice_ids)
    if not found:
        raise InvalidInput.of("invoices", phrase("Choose what you want to pay."))
    if len({one.currency for one in found}) != 1:
        raise InvalidInput.of(
            "invoices", phrase("These are in several currencies; pay each by itself.")
        )
    intent = _new(session, gateway, found[0].contact_id, found[0].currency)
    intent.parts = [PaymentIntentPart(invoice_id=one.id, amount=one.residual) for one in found]
    intent.amount = sum((one.residual for one in found), ZERO)
    session.add(intent)
    session.flush()
    return intent


def payable_invoices(
    session: Session, guest: Guest, invoice_ids: Collection[int]
) -> Sequence[Invoice]:
    """Those of these invoices that the guest may see and that are open, the first due first; raises
    InvalidInput where one is not among them."""
    wanted = set(invoice_ids)
    if len(wanted) > MOST_INVOICES:
        raise InvalidInput.of(
            "invoices", phrase("At the most {count} at once.", count=str(MOST_INVOICES))
        )
    statement = select(Invoice).where(
        Invoice.id.in_(wanted),
        Invoice.state == "posted",
        Invoice.kind == "invoice",
        Invoice.payment_progress != "paid",
    )
    found = session.scalars(
        belonging(statement, Invoice, guest).order_by(Invoice.due_day, Invoice.day, Invoice.id)
    ).all()
    if len(found) != len(wanted):
        raise InvalidInput.of(
            "invoices",
            phrase("One of these is paid already, or is not yours."),
            fix=phrase("Look at the list again."),
        )
    return found


def begin_ahead(
    session: Session, guest: Guest, gateway: str, order: SalesOrder, amount: Decimal
) -> PaymentIntent:
    """Begin to pay an amount ahead for a quotation or order of the guest. Raises InvalidInput for
    more than is left of it, Conflict where nothing can be paid ahead."""
    left = left_to_pay_ahead(session, order)
    if not left:
        raise Conflict(phrase("Nothing can be paid ahead for {number}.", number=order.number or ""))
    require_amount(amount, order.currency)
    if amount > left:
        raise InvalidInput.of(
            "amount",
            phrase("At the most {most} {currency}.", most=f"{left:f}", currency=order.currency),
        )
    intent = _new(session, gateway, order.contact_id, order.currency)
    intent.order_id, intent.amount = order.id, amount
    session.add(intent)
    session.flush()
    return intent


def left_to_pay_ahead(session: Session, order: SalesOrder) -> Decimal:
    """What may still be paid ahead for an order: what was neither invoiced nor paid ahead."""
    if order.state not in ("sent", "confirmed", "held") or not _allowed(session):
        return ZERO
    ahead = session.scalar(
        select(func.sum(Payment.amount - Payment.used)).where(
            Payment.order_id == order.id, Payment.state == "posted", Payment.kind == "payment"
        )
    )
    return max(order.total - order.invoiced_total - (ahead or ZERO), ZERO)


def own_intent(session: Session, guest: Guest, intent_id: int) -> PaymentIntent:
    """A payment that was begun for this guest; raises NotFound."""
    statement = select(PaymentIntent).where(PaymentIntent.id == intent_id)
    found = session.scalars(belonging(statement, PaymentIntent, guest)).one_or_none()
    if found is None:
        raise NotFound(phrase("There is no such payment."))
    return found


def lock_intent(session: Session, intent_id: int) -> PaymentIntent:
    """An intent as it is now, locked until the commit; raises NotFound."""
    found = session.scalars(
        select(PaymentIntent)
        .where(PaymentIntent.id == intent_id)
        .with_for_update(of=PaymentIntent)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound(phrase("There is no such payment."))
    return found


def refuse_payment(session: Session, intent_id: int, reason: str = "") -> PaymentIntent:
    """Write down that the gateway refused a payment, and why. Told twice, or after money came, it
    changes nothing."""
    return _end(session, intent_id, "refused", reason)


def cancel_payment(session: Session, intent_id: int, reason: str = "") -> PaymentIntent:
    """Write down that a payment was given up; as `refuse_payment`."""
    return _end(session, intent_id, "cancelled", reason)


def _end(
    session: Session, intent_id: int, state: Literal["refused", "cancelled"], reason: str
) -> PaymentIntent:
    intent = lock_intent(session, intent_id)
    if intent.state == "begun":
        intent.state = state
        intent.reason = " ".join(reason.replace("\x00", "").split())[:_LONGEST]
        session.flush()
    return intent


def _allowed(session: Session) -> bool:
    return options(session, PortalOptions).pay_ahead


def _new(session: Session, gateway: str, contact_id: int, currency: str) -> PaymentIntent:
    # What is posted keeps the contact of its day; what is begun now is the one of today.
    contact_id = canonical_ids(session, [contact_id])[contact_id]
    contact = get_contact(session, contact_id)
    if contact is None or not contact.active:
        raise Conflict(
            phrase("This cannot be paid online now."),
            fix=phrase("Write to us, or pay by transfer."),
        )
    values: dict[str, Any] = {
        "gateway": gateway,
        "state": "begun",
        "contact_id": contact_id,
        "contact_name": contact.name,
        "currency": currency,
        "received": ZERO,
        "reason": "",
    }
    return PaymentIntent(**values)
