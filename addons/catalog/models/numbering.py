"""How far the numbers in product codes have come."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model


class SkuSeries(Model):
    """The last number taken for the codes of one pattern; whoever takes some holds the row until
    the commit, so that there are no gaps."""

    __tablename__ = "sku_series"

    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]

    __table_args__ = (
        CheckConstraint("last > 0", name="last"),
        {"schema": "catalog", "info": {"audit": "none", "runtime": "SELECT, INSERT, UPDATE"}},
    )
