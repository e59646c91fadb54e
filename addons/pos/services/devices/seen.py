"""Whether a device is there, and that it is not to call any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from addons.pos.models import Binding
from core.api import Conflict, actor, phrase, utc_now

ONLINE: Final = timedelta(minutes=5)
"""A device that sent something within so long is online: one with nothing to send sends an empty
batch every minute."""


def is_online(binding: Binding) -> bool:
    """Whether the device was there a moment ago."""
    seen = binding.last_seen_at
    return binding.revoked_at is None and seen is not None and seen > utc_now() - ONLINE


def revoke(session: Session, binding: Binding) -> None:
    """End a binding: its device is answered 401 from now on. What it still holds is brought in as
    a recovery file. Raises Conflict where that was done already."""
    if binding.revoked_at is not None:
        raise Conflict(phrase("This device was revoked already."))
    binding.revoked_at, binding.revoked_by = utc_now(), actor(session).user_id
    session.flush()
