"""The kitchen's table, which refers to the garden's."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class Meal(Record, Model):
    """What becomes of a plant."""

    __tablename__ = "meal"
    __table_args__ = ({"schema": "kitchen"},)

    plant_id: Mapped[int] = mapped_column(ForeignKey("garden.plant.id"), unique=True)
    served: Mapped[int] = mapped_column(server_default="0")
