"""API tokens: a user's rights, or a part of them, for a program."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record


class ApiToken(Record, Model):
    """A token whose secret was shown once and is stored as a hash.

    `abilities` are permission codes; the token does what its user may do at the time of the
    call, as far as these codes go. `prefix` is its readable start, to tell tokens apart.
    """

    __tablename__ = "api_token"
    __table_args__ = ({"schema": "core"},)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    abilities: Mapped[list[str]]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiTokenUse(Model):
    """When a token was last used; apart from it, so that use does not fill the audit trail."""

    __tablename__ = "api_token_use"
    __table_args__ = ({"schema": "core", "info": {"audit": "none"}},)

    token_id: Mapped[int] = mapped_column(
        ForeignKey("core.api_token.id", ondelete="CASCADE"), primary_key=True
    )
    last_used_at: Mapped[datetime]
