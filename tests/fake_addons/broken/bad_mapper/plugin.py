"""A model whose relationship names a class that is not there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, hookimpl


class Orphan(Record, Model):
    """Its parent does not exist."""

    __tablename__ = "orphan"
    __table_args__ = ({"schema": "bad_mapper"},)

    parent_id: Mapped[int] = mapped_column(ForeignKey("bad_mapper.parent.id"))
    parent: Mapped[Any] = relationship("NoSuchParent")


@hookimpl
def register_models() -> list[type]:
    return [Orphan]
