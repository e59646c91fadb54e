"""API tokens: made, listed, revoked. What one may do is decided at each use (credentials.py)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.actors import forget_actors
from core.auth.explanation import actor_of
from core.auth.models import ApiToken, ApiTokenUse, User
from core.auth.secret_tokens import digest, new_token
from core.db.base import utc_now
from core.errors import InvalidInput
from core.i18n import phrase

SCHEME: Final = "key"
"""Tokens begin with it, so that scanners of source code recognize a leaked one."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; `secret` is seen this once."""

    token: ApiToken
    secret: str


@dataclass(frozen=True, slots=True)
class ListedToken:
    """A token and when it was last used."""

    token: ApiToken
    last_used_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether it still works."""
        expires_at = self.token.expires_at
        return self.token.revoked_at is None and (expires_at is None or expires_at > utc_now())


def create_token(
    session: Session,
    user: User,
    *,
    name: str,
    abilities: Iterable[str],
    expires_at: datetime | None,
) -> NewToken:
    """A token for what this user may do, as far as `abilities` (permission codes) go."""
    name, codes = " ".join(name.split()), sorted(set(abilities))
    if not name:
        raise InvalidInput.of("name", phrase("Say what the token is for."))
    if expires_at is not None and expires_at <= utc_now():
        raise InvalidInput.of("expires_at", phrase("The token would be expired already."))
    _check_abilities(session, user, codes)
    prefix = secrets.token_hex(4)
    secret = f"{SCHEME}_{prefix}_{new_token()}"
    token = ApiToken(
        user_id=user.id,
        name=name,
        prefix=prefix,
        token_hash=digest(secret),
        abilities=codes,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    return NewToken(token, secret)


def tokens_of(session: Session, user_id: int) -> list[ListedToken]:
    """A user's tokens, the newest first."""
    found = session.execute(
        select(ApiToken, ApiTokenUse.last_used_at)
        .outerjoin(ApiTokenUse, ApiTokenUse.token_id == ApiToken.id)
        .where(ApiToken.user_id == user_id)
        .order_by(ApiToken.id.desc())
    )
    return [ListedToken(token, last_used_at) for token, last_used_at in found]


def revoke_token(session: Session, user_id: int, token_id: int) -> bool:
    """End a token of this user; says whether there was a live one."""
    revoked = session.scalar(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=utc_now())
        .returning(ApiToken.id)
    )
    forget_actors(session)
    return revoked is not None


def _check_abilities(session: Session, user: User, codes: list[str]) -> None:
    if not codes:
        raise InvalidInput.of("abilities", phrase("Choose what the token may do."))
    known, holder = view(session).permissions, actor_of(session, user)
    for code in codes:
        if code not in known:
            raise InvalidInput.of("abilities", phrase("There is no permission {code}.", code=code))
        if not holder.may(code):
            raise InvalidInput.of(
                "abilities",
                phrase("{name} does not hold {code}.", name=user.name, code=code),
                fix=phrase("A token cannot do more than its user."),
            )
