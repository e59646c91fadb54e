"""The sessions of signed-in browsers: begun, listed, renewed and ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core.auth.actors import forget_actors
from core.auth.client import Client
from core.auth.credentials import IDLE
from core.auth.models import LoginSession
from core.auth.secret_tokens import digest, new_token
from core.db.base import utc_now

LIFETIME: Final = timedelta(days=14)
"""After so long everybody signs in again, however busy they were."""
_AGENT_LENGTH: Final = 300

Method = Literal["password", "totp", "recovery code", "passkey", "ticket", "guest"]


def begin(
    session: Session,
    user_id: int,
    *,
    client: Client,
    method: Method,
    until: datetime | None = None,
    readonly: bool = False,
) -> str:
    """A new session for this browser, which ends at `until` at the latest; returns the secret for
    its cookie. A `readonly` one can look and change nothing.

    Always a new one: a secret that somebody planted in the browser before is worth nothing.
    """
    token, now = new_token(), utc_now()
    session.add(
        LoginSession(
            token_hash=digest(token),
            user_id=user_id,
            host=client.host,
            method=method,
            user_agent=client.user_agent[:_AGENT_LENGTH],
            network=client.network,
            created_at=now,
            last_seen_at=now,
            expires_at=min(until or now + LIFETIME, now + LIFETIME),
            readonly=readonly,
        )
    )
    session.flush()
    return token


def renew(session: Session, session_id: int) -> str:
    """Give a session another secret, after its user's rights or ways to sign in changed."""
    token = new_token()
    session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(token_hash=digest(token))
    )
    forget_actors(session)
    return token


def live_sessions(session: Session, user_id: int) -> list[LoginSession]:
    """Where a user is signed in, the most recently used first."""
    found = session.scalars(
        select(LoginSession)
        .where(LoginSession.user_id == user_id, *_is_live(utc_now()))
        .order_by(LoginSession.last_seen_at.desc())
    )
    return list(found)


def end(session: Session, user_id: int, session_id: int) -> bool:
    """End one session of this user; says whether there was one."""
    return _revoke(session, LoginSession.user_id == user_id, LoginSession.id == session_id) > 0


def end_all(session: Session, user_id: int, *, keep: int | None = None) -> int:
    """End all sessions of a user, but for the one to `keep`; returns how many were ended."""
    return _revoke(session, LoginSession.user_id == user_id, LoginSession.id != (keep or 0))


def end_by_token(session: Session, token: str) -> None:
    """End the session of this cookie, if it has one."""
    _revoke(session, LoginSession.token_hash == digest(token))


def _revoke(session: Session, *conditions: ColumnElement[bool]) -> int:
    now = utc_now()
    ended = session.scalars(
        update(LoginSession)
        .where(*conditions, *_is_live(now))
        .values(revoked_at=now)
        .returning(LoginSession.id)
    ).all()
    forget_actors(session)
    return len(ended)


def _is_live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > now,
        LoginSession.last_seen_at > now - IDLE,
    )
