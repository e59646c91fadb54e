"""Second factors and passkeys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record


class TotpCredential(Record, Model):
    """A user's authenticator app. `secret` is sealed; `last_step` is the newest step accepted,
    so that a code is good for one sign-in only. Unconfirmed until the first right code."""

    __tablename__ = "totp_credential"
    __table_args__ = ({"schema": "core"},)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), unique=True
    )
    secret: Mapped[str] = mapped_column(
        info={"secret": True, "sealed_for": "core.totp_credential/{user_id}", "inward": True}
    )
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0, server_default="0")


class RecoveryCode(Record, Model):
    """One of the codes that stand in for a lost authenticator app, good for one sign-in."""

    __tablename__ = "recovery_code"
    __table_args__ = ({"schema": "core"},)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    used_at: Mapped[datetime | None]


class Passkey(Record, Model):
    """A WebAuthn credential. It works at the host (`rp_id`) where it was made."""

    __tablename__ = "passkey"
    __table_args__ = ({"schema": "core"},)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    rp_id: Mapped[str]
    last_used_at: Mapped[datetime | None]


class PasskeyChallenge(Model):
    """A challenge that waits for its answer, once. Without a user it is for signing in."""

    __tablename__ = "passkey_challenge"
    __table_args__ = ({"schema": "core", "info": {"audit": "none"}},)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    challenge_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE")
    )
    host: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)
