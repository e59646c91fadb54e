"""When contacts are merged: places go to the contact that is kept, what has moved stays."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from addons.inventory.models import Location, Transfer, Warehouse


def take_over(session: Session, kept_id: int, merged_id: int) -> None:
    """Give the places of a contact to the one that it became, and the transfers that are open."""
    for model in (Warehouse, Location):
        session.execute(
            update(model).where(model.contact_id == merged_id).values(contact_id=kept_id)
        )
    for column in (Transfer.contact_id, Transfer.for_contact_id):
        session.execute(
            update(Transfer)
            .where(column == merged_id, Transfer.state.not_in(("done", "cancelled")))
            .values({column: kept_id})
        )
    session.expire_all()
