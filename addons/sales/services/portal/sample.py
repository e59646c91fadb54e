"""What customers of a sample company did for themselves: one looked at a quotation and asked
something."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.contacts.api import get_contact
from addons.sales.models import SalesOrder
from addons.sales.options import PortalOptions
from addons.sales.services.portal.guests import HOME, Guest
from addons.sales.services.portal.seen import note_seen
from addons.sales.services.portal.telling import comment
from core.api import Client, phrase, set_options

# A number of the IBAN registry's own examples, so that it is nobody's account.
_BANK: Final = "Sample Bank; IBAN SA03 8000 0000 6080 1016 7519"


def fill_portal(session: Session) -> None:
    """Bank details, and a customer who saw the latest quotation and wrote about it."""
    set_options(session, PortalOptions, bank_details=_BANK)
    sent = select(SalesOrder).where(SalesOrder.state == "sent").order_by(SalesOrder.id)
    order = session.scalars(sent.limit(1)).first()
    contact = None if order is None else get_contact(session, order.contact_id)
    if order is None or contact is None:
        return
    guest = Guest(
        via="portal",
        name=contact.name,
        email=contact.email,
        contact_ids=(contact.id,),
        base=HOME,
        language=contact.language or "",
        client=Client("192.0.2.1", ""),
    )
    note_seen(session, guest, order)
    comment(session, guest, order, phrase("Could you deliver it before Thursday?"))
