"""Password reset: a link that works once and for half an hour, by mail or from an administrator.

Asking for one looks the same whether the account exists or not: the request only asks for a
job, and the job (core.mail) finds out. The link's secret exists in the mail alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from core.auth import devices, throttle, users
from core.auth.client import Client
from core.auth.models import PasswordReset, User
from core.auth.secret_tokens import digest, new_token
from core.auth.sign_in import act_as
from core.db.base import utc_now
from core.errors import NotFound
from core.i18n import phrase
from core.jobs.queue import enqueue

LIFETIME: Final = timedelta(minutes=30)
MAIL_JOB: Final = "core.send_password_reset"
_ACCOUNT: Final = throttle.Limit(free=3, cap=900)
_NETWORK: Final = throttle.Limit(free=20, cap=900)


def request_reset(session: Session, *, email: str, client: Client, origin: str) -> None:
    """Have a reset link mailed, if there is such an account. Raises TooManyRequests."""
    email = users.normal_email(email)
    counters = [
        throttle.counter(_ACCOUNT, "reset", email),
        throttle.counter(_NETWORK, "reset from", client.network),
    ]
    throttle.admit(session, counters)
    throttle.count_failure(session, counters)
    enqueue(session, MAIL_JOB, email=email, origin=origin)


def reset_link(session: Session, user: User, *, origin: str, lifetime: timedelta = LIFETIME) -> str:
    """A link that lets this user choose a new password. Earlier links stop working."""
    now = utc_now()
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    token = new_token()
    session.add(
        PasswordReset(
            token_hash=digest(token), user_id=user.id, created_at=now, expires_at=now + lifetime
        )
    )
    session.flush()
    return f"{origin}/reset?token={token}"


def user_of_link(session: Session, token: str) -> User:
    """Whose link this is; raises NotFound when it was used or is too old."""
    holder = select(User).join(PasswordReset).where(_is_good(token), User.is_active)
    user = session.scalar(holder)
    if user is None:
        raise NotFound(
            phrase("This link does not work any more."),
            fix=phrase("Ask for a new one; each works once and for half an hour."),
        )
    return user


def use_link(session: Session, token: str, password: str, *, client: Client) -> str:
    """Set the new password and sign the user out everywhere; returns the secret of the
    device's cookie, so that guessing elsewhere does not keep them from signing in."""
    user = user_of_link(session, token)
    act_as(session, user)
    users.set_password(session, user, password)
    used = session.scalar(
        update(PasswordReset)
        .where(_is_good(token))
        .values(used_at=utc_now())
        .returning(PasswordReset.id)
    )
    if used is None:  # by somebody else, a moment ago
        raise NotFound(phrase("This link does not work any more."))
    return devices.remember(session, user.id, client.device)


def _is_good(token: str) -> ColumnElement[bool]:
    return and_(
        PasswordReset.token_hash == digest(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > utc_now(),
    )
