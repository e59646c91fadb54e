"""When contacts are merged: what lies with the one, or is the one's, is the kept one's."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.contacts.api import ContactsMerged
from addons.inventory.services.merged_contacts import take_over
from core.api import on


@on(ContactsMerged)
def take_over_places(session: Session, event: ContactsMerged) -> None:
    """Warehouses and places for a supplier's goods go to the contact that is kept."""
    take_over(session, event.kept_id, event.merged_id)
