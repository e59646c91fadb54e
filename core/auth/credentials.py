"""From what a request shows, a session cookie or an API token, to the actor behind it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.auth import holdings
from core.auth.actor import ANONYMOUS, Actor, limited_to
from core.auth.models import ApiToken, ApiTokenUse, LoginSession, User
from core.auth.permissions import WITHHELD_FROM_GUESTS
from core.auth.secret_tokens import digest
from core.db.base import utc_now

SESSION_COOKIE = "__Host-session"
IDLE = timedelta(hours=12)
"""How long a session lives on without a request."""
SEEN_EVERY = timedelta(minutes=1)
"""Use is recorded this often: a write per request would cost more than the request."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request shows. `host` is the host name it came to, without the port."""

    kind: Literal["session", "token"]
    secret: str
    host: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The actor of a credential; `used` names the row whose last use is due for recording."""

    actor: Actor
    used: int | None = None


NOBODY = Resolved(ANONYMOUS)


def resolve(session: Session, credential: Credential) -> Resolved:
    """Who shows this credential; anonymous if it is unknown, expired or revoked."""
    if credential.kind == "session":
        return _resolve_session(session, credential)
    return _resolve_token(session, credential)


def resolve_session(session: Session, token: str, host: str) -> Actor | None:
    """The user of a session cookie, or None."""
    found = resolve(session, Credential("session", token, host)).actor
    return None if found is ANONYMOUS else found


def resolve_token(session: Session, bearer: str) -> Actor | None:
    """The actor of an API token, or None."""
    found = resolve(session, Credential("token", bearer, "")).actor
    return None if found is ANONYMOUS else found


def record_use(session: Session, credential: Credential, row: int) -> None:
    """Note that a session or token is in use."""
    now = utc_now()
    if credential.kind == "session":
        session.execute(update(LoginSession).where(LoginSession.id == row).values(last_seen_at=now))
        return
    use = insert(ApiTokenUse).values(token_id=row, last_used_at=now)
    session.execute(
        use.on_conflict_do_update(
            index_elements=["token_id"], set_={"last_used_at": use.excluded.last_used_at}
        )
    )


def _resolve_session(session: Session, credential: Credential) -> Resolved:
    now = utc_now()
    shown = {
        "digest": digest(credential.secret),
        "host": credential.host,
        "now": now,
        "idle_since": now - IDLE,
    }
    row = session.execute(_session_query(), shown).one_or_none()
    if row is None:
        return NOBODY
    actor = replace(_actor_of(row), session_id=row.session_id, readonly=row.readonly)
    return Resolved(actor, row.session_id if _is_due(row.last_seen_at, now) else None)


def _resolve_token(session: Session, credential: Credential) -> Resolved:
    now = utc_now()
    shown = {"digest": digest(credential.secret), "now": now}
    row = session.execute(_token_query(), shown).one_or_none()
    if row is None:
        return NOBODY
    actor = limited_to(_actor_of(row), row.abilities)
    actor = replace(actor, kind="token", name=f"{actor.name} ({row.token_name})")
    due = row.last_used_at is None or _is_due(row.last_used_at, now)
    return Resolved(actor, row.token_id if due else None)


# Built once: putting these together takes four times as long as running them.


@functools.cache
def _session_query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            LoginSession.id.label("session_id"),
            LoginSession.last_seen_at,
            LoginSession.readonly,
            *_user_columns(),
        )
        .join(User, User.id == LoginSession.user_id)
        .where(
            LoginSession.token_hash == bindparam("digest"),
            LoginSession.host == bindparam("host"),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > bindparam("now"),
            LoginSession.last_seen_at > bindparam("idle_since"),
            User.is_active,
        )
    )


@functools.cache
def _token_query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ApiToken.id.label("token_id"),
            ApiToken.name.label("token_name"),
            ApiToken.abilities,
            ApiTokenUse.last_used_at,
            *_user_columns(),
        )
        .join(User, User.id == ApiToken.user_id)
        .outerjoin(ApiTokenUse, ApiTokenUse.token_id == ApiToken.id)
        .where(
            ApiToken.token_hash == bindparam("digest"),
            ApiToken.revoked_at.is_(None),
            func.coalesce(ApiToken.expires_at > bindparam("now"), True),
            User.is_active,
        )
    )


def _user_columns() -> list[Any]:
    own = [User.id, User.name, User.locale, User.written, User.must_change_password, User.is_guest]
    return [*own, *holdings.columns()]


def _actor_of(row: Row[*tuple[Any, ...]]) -> Actor:
    actor = Actor(
        "user",
        row.name,
        row.id,
        locale=row.locale,
        written=row.written,
        withheld=WITHHELD_FROM_GUESTS if row.is_guest else frozenset(),
    )
    if row.must_change_password:
        return replace(actor, must_change_password=True)
    return holdings.of_row(row).given_to(actor)


def _is_due(last: datetime, now: datetime) -> bool:
    # A clock that jumped back must not stop the recording, hence the distance both ways.
    return abs(now - last) >= SEEN_EVERY
