"""When contacts are merged."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.contacts.api import ContactsMerged
from addons.sales.services.merged_contacts import take_over
from core.api import on


@on(ContactsMerged)
def follow_contact(session: Session, event: ContactsMerged) -> None:
    """Orders and drafts go to the contact that is kept."""
    take_over(session, event.kept_id, event.merged_id)
