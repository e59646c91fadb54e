"""That a device called, and that it is not to call any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from addons.pos.models import Binding
from core.api import Conflict, actor, phrase, utc_now

_OFTEN: Final = timedelta(minutes=1)
ONLINE: Final = timedelta(minutes=5)
"""A device that called within so long is online: it asks every minute."""


def note_seen(session: Session, binding_id: int) -> None:
    """Write down that the device called, at most once a minute."""
    due = or_(Binding.last_seen_at.is_(None), Binding.last_seen_at < utc_now() - _OFTEN)
    session.execute(
        update(Binding)
        .where(Binding.id == binding_id, due)
        .values(last_seen_at=utc_now())
        .execution_options(synchronize_session=False)
    )


def revoke(session: Session, binding: Binding) -> None:
    """End a binding: its device is answered 401 from now on. What it still holds is brought in as
    a recovery file. Raises Conflict where that was done already."""
    if binding.revoked_at is not None:
        raise Conflict(phrase("This device was revoked already."))
    binding.revoked_at, binding.revoked_by = utc_now(), actor(session).user_id
    session.flush()
