"""Sales, which must go on, and prices, which need not."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class Sale(Record, Model):
    """Something sold at the counter."""

    __tablename__ = "sale"
    __table_args__ = ({"schema": "kiosk"},)

    article: Mapped[str]


class Price(Record, Model):
    """What an article costs."""

    __tablename__ = "price"
    __table_args__ = ({"schema": "kiosk"},)

    article: Mapped[str]
    amount: Mapped[int] = mapped_column(default=0, server_default="0")


class Run(Record, Model):
    """That a job ran."""

    __tablename__ = "run"
    __table_args__ = ({"schema": "kiosk"},)

    job: Mapped[str]
