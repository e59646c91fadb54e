"""When contacts are merged: drafts go to the contact that is kept, what is posted stays."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from addons.contacts.api import contact_names
from addons.sales.models import (
    Delivery,
    GiftCard,
    Invoice,
    Payment,
    PaymentIntent,
    SalesOrder,
    SalesReturn,
)
from addons.sales.services.loyalty.changing import take_over_points
from addons.sales.services.promotions.merged_contacts import take_over_promotions
from addons.sales.services.recurring.merged_contacts import take_over_contracts


def take_over(session: Session, kept_id: int, merged_id: int) -> None:
    """Give orders and drafts of a contact to the one that it became. Orders go along whatever their
    state, so that what is still delivered and invoiced of them is the kept contact's."""
    name = contact_names(session, [kept_id]).get(kept_id, "")
    session.execute(
        update(SalesOrder)
        .where(SalesOrder.contact_id == merged_id)
        .values(contact_id=kept_id, contact_name=name)
    )
    for model in (Invoice, Payment, Delivery, SalesReturn):
        session.execute(
            update(model)
            .where(model.contact_id == merged_id, model.number.is_(None))
            .values(contact_id=kept_id, contact_name=name)
        )
    session.execute(
        update(PaymentIntent)
        .where(PaymentIntent.contact_id == merged_id, PaymentIntent.state == "begun")
        .values(contact_id=kept_id, contact_name=name)
    )
    take_over_promotions(session, kept_id, merged_id)
    take_over_contracts(session, kept_id, merged_id, name)
    session.execute(
        update(GiftCard).where(GiftCard.contact_id == merged_id).values(contact_id=kept_id)
    )
    take_over_points(session, kept_id, merged_id)
