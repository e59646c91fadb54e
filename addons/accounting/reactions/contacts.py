"""When contacts are merged."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.accounting.services.partners import move_drafts, move_terms
from addons.contacts.api import ContactsMerged
from core.api import on


@on(ContactsMerged)
def take_over(session: Session, event: ContactsMerged) -> None:
    """Drafts, and what was agreed, go to the contact that is kept."""
    move_drafts(session, event.kept_id, event.merged_id)
    move_terms(session, event.kept_id, event.merged_id)
