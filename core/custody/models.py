"""Tables of what is told about the data itself. The application can add to them, nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model

_APPEND_ONLY: Final[dict[str, Any]] = {"runtime": "SELECT, INSERT", "audit": "none"}


class OperatorAccess(Model):
    """Somebody who runs the platform opened this company's database on purpose: `operator` is
    who, `purpose` what for, `door` by which way."""

    __tablename__ = "operator_access"
    __table_args__ = ({"schema": "core", "info": _APPEND_ONLY},)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    operator: Mapped[str]
    purpose: Mapped[str]
    door: Mapped[str]


class SafekeepingRecord(Model):
    """The data was copied to keep it safe, or such a copy was proven by restoring it.

    `place` says where the copy lies, `size` is its bytes. A restore that failed is recorded
    like one that worked.
    """

    __tablename__ = "safekeeping"
    __table_args__ = (
        CheckConstraint("kind IN ('backup', 'restore', 'takeout')", name="kind"),
        {"schema": "core", "info": _APPEND_ONLY},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str]
    succeeded: Mapped[bool]
    place: Mapped[str]
    size: Mapped[int]
    asked_by: Mapped[str]
    detail: Mapped[str]
    digest: Mapped[str]
    """SHA-256 of the copy, in hexadecimal; empty where there is none."""


MODELS: Final = (OperatorAccess, SafekeepingRecord)
