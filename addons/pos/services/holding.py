"""Whether something of a register may still come into the books."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from addons.pos.models import Binding, Operation


def holds_more(session: Session, register_id: int) -> bool:
    """Whether a device of the register last said that it holds operations, or operations of it are
    here and not booked yet."""
    held = exists().where(
        Binding.register_id == register_id, Binding.unsynced > 0, Binding.revoked_at.is_(None)
    )
    waiting = exists().where(
        Operation.register_id == register_id, Operation.state.in_(("accepted", "quarantined"))
    )
    return bool(session.scalar(select(or_(held, waiting))))
