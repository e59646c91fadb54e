"""Clears away what signing in leaves behind once nobody can ask for it any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.auth.models import (
    KnownDevice,
    LoginFailures,
    LoginSession,
    PasskeyChallenge,
    PasswordReset,
    PendingLogin,
)
from core.auth.throttle import FORGET_AFTER
from core.db.base import utc_now

KEEP: Final = timedelta(days=30)
"""Ended sessions and used links stay so long, for whoever looks into a break-in."""


def sweep_sign_ins(session: Session) -> None:
    """Delete expired sessions, links, challenges, devices and counters."""
    now = utc_now()
    for model, expired in (
        (LoginSession, LoginSession.expires_at < now - KEEP),
        (PasswordReset, PasswordReset.expires_at < now - KEEP),
        (PendingLogin, PendingLogin.expires_at < now),
        (PasskeyChallenge, PasskeyChallenge.expires_at < now),
        (KnownDevice, KnownDevice.expires_at < now),
        (LoginFailures, LoginFailures.last_failure_at < now - FORGET_AFTER),
    ):
        session.execute(delete(model).where(expired))
