"""When contacts are merged."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.catalog.services.prices.list_keeping import move_parties
from addons.contacts.api import ContactsMerged
from core.api import on


@on(ContactsMerged)
def take_over_lists(session: Session, event: ContactsMerged) -> None:
    """Price lists that were made for a contact hold for the one that is kept."""
    move_parties(session, event.kept_id, event.merged_id)
