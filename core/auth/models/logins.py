"""What signing in leaves behind: sessions, known devices, counted failures, reset links.

Every secret that a browser holds is stored as a hash. These are logs and counters, so the
audit trail leaves them out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model

_LOG: dict[str, Any] = {"schema": "core", "info": {"audit": "none"}}


class LoginSession(Model):
    """A signed-in browser, bound to the host where it signed in; `readonly` lets it look only."""

    __tablename__ = "login_session"
    __table_args__ = (_LOG,)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), index=True
    )
    host: Mapped[str]
    method: Mapped[str]
    user_agent: Mapped[str]
    network: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    readonly: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class PendingLogin(Model):
    """Somebody who gave the right password and still owes the second step."""

    __tablename__ = "pending_login"
    __table_args__ = (_LOG,)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id", ondelete="CASCADE"))
    host: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class KnownDevice(Model):
    """A browser in which this user has signed in before."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("token_hash", "user_id"), _LOG)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[str]
    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LoginFailures(Model):
    """Failures counted under one key (an account, a network, both together, a device).

    The key is a hash: people type passwords into e-mail fields.
    """

    __tablename__ = "login_failures"
    __table_args__ = (_LOG,)

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_failure_at: Mapped[datetime] = mapped_column(index=True)


class PasswordReset(Model):
    """A link that sets a new password, once."""

    __tablename__ = "password_reset"
    __table_args__ = (_LOG,)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
