"""When contacts are merged."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.contacts.api import ContactsMerged, contact_names
from addons.purchases.services.merging import take_over
from core.api import on


@on(ContactsMerged)
def take_over_supplier(session: Session, event: ContactsMerged) -> None:
    """Prices, agreements and drafts go to the supplier who is kept."""
    name = contact_names(session, [event.kept_id]).get(event.kept_id, "")
    take_over(session, event.kept_id, event.merged_id, name)
