"""When contacts are merged."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from addons.contacts.api import ContactsMerged
from addons.pos.models import Register
from core.api import on


@on(ContactsMerged)
def follow_contact(session: Session, event: ContactsMerged) -> None:
    """The usual customer of a till is the contact that is kept; receipts stay as they are."""
    session.execute(
        update(Register)
        .where(Register.default_customer_id == event.merged_id)
        .values(default_customer_id=event.kept_id)
    )
