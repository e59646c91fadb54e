"""The table of the web toolkit: answers kept so that a repeated call is not done twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model


class KeptAnswer(Model):
    """The answer to a call that named an Idempotency-Key; the row is the lock on the key.

    `fingerprint` tells the same call from another one under the same key.
    """

    __tablename__ = "kept_answer"
    __table_args__ = ({"schema": "core", "info": {"audit": "none"}},)

    actor: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(default=0, server_default="0")
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"", server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
