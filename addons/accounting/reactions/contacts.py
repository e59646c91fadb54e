"""When contacts are merged."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.accounting.services.partners import move_drafts
from addons.contacts.api import ContactsMerged
from core.api import on


@on(ContactsMerged)
def take_over_drafts(session: Session, event: ContactsMerged) -> None:
    """Drafts go to the contact that is kept, before anybody posts them."""
    move_drafts(session, event.kept_id, event.merged_id)
