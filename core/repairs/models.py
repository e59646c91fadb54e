"""What the invariants said when they were last checked."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model


class InvariantCheck(Model):
    """The newest outcome of one invariant; `title` as its addon declares it."""

    __tablename__ = "invariant_check"
    __table_args__ = ({"schema": "core", "info": {"audit": "none"}},)

    name: Mapped[str] = mapped_column(primary_key=True)
    addon: Mapped[str]
    title: Mapped[str]
    holds: Mapped[bool]
    figure: Mapped[str]
    detail: Mapped[str]
    checked_at: Mapped[datetime] = mapped_column(server_default=func.now())


MODELS: Final = (InvariantCheck,)
