"""How far each series of numbers has come."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model


class NumberSeries(Model):
    """The last number taken in a series. `period` is the year ("2026"), the month ("2026-01"), or
    empty where numbers never start again. The documents themselves are audited, not this."""

    __tablename__ = "number_series"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    series: Mapped[str]
    period: Mapped[str]
    last: Mapped[int]

    __table_args__ = (
        UniqueConstraint("series", "period"),
        CheckConstraint("last > 0", name="last"),
        {"schema": "core", "info": {"audit": "none", "runtime": "SELECT, INSERT, UPDATE"}},
    )
