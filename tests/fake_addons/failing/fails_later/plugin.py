"""A table that its second version wants to change."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.api import Model, Record, hookimpl


class Jar(Record, Model):
    """Something to keep."""

    __tablename__ = "jar"
    __table_args__ = ({"schema": "fails_later"},)

    label: Mapped[str]


@hookimpl
def register_models() -> list[type]:
    return [Jar]
