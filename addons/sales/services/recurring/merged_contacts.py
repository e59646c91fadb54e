"""When contacts are merged: contracts go on with the contact that is kept."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from addons.sales.models.recurring import Contract


def take_over_contracts(session: Session, kept_id: int, merged_id: int, name: str) -> None:
    """Give the contracts of a contact to the one that it became, whose name this is."""
    session.execute(
        update(Contract)
        .where(Contract.contact_id == merged_id)
        .values(contact_id=kept_id, contact_name=name)
    )
