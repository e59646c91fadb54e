"""Browsers in which a user has signed in before: guessing elsewhere does not slow these down."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.auth.models import KnownDevice, User
from core.auth.secret_tokens import digest, new_token
from core.db.base import utc_now

DEVICE_COOKIE: Final = "__Host-device"
LIFETIME: Final = timedelta(days=365)


def is_known(session: Session, email: str, device: str) -> bool:
    """Whether the owner of this e-mail address has signed in with this device cookie before."""
    if not device:
        return False
    known = (
        select(KnownDevice.id)
        .join(User)
        .where(
            KnownDevice.token_hash == digest(device),
            KnownDevice.expires_at > utc_now(),
            func.lower(User.email) == email,
        )
    )
    return session.scalar(known) is not None


def remember(session: Session, user_id: int, device: str) -> str:
    """Know this browser from now on; returns the secret for its cookie, new if it had none.

    One browser may be known for several users. A secret that was not made here is replaced:
    somebody else may know it.
    """
    ours = select(KnownDevice.id).where(KnownDevice.token_hash == digest(device)).limit(1)
    if not device or session.scalar(ours) is None:
        device = new_token()
    statement = insert(KnownDevice).values(
        token_hash=digest(device), user_id=user_id, expires_at=utc_now() + LIFETIME
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["token_hash", "user_id"],
            set_={"expires_at": statement.excluded.expires_at},
        )
    )
    return device
