"""Designs of labels: the paper, and what stands where on a label of one kind of records."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record

_ZERO: Final = text("0")


class LabelDesign(Record, Model):
    """A design. Measures are in mm; a label with one column and one row is a roll's, any other
    stands on a sheet that begins at its margins. `kind` names the records that it is for
    (`services.labels.kinds`), `elements` is read by `core.api.read_elements`. One design of each
    kind is the usual one."""

    __tablename__ = "label_design"

    name: Mapped[str]
    kind: Mapped[str]
    width: Mapped[Decimal]
    height: Mapped[Decimal]
    columns: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    rows: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    page_width: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=_ZERO)
    page_height: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=_ZERO)
    left: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=_ZERO)
    top: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=_ZERO)
    gap_x: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=_ZERO)
    gap_y: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=_ZERO)
    elements: Mapped[list[Any]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'::jsonb")
    )
    is_default: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        UniqueConstraint("kind", "name"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("kind <> ''", name="kind"),
        CheckConstraint("width BETWEEN 5 AND 300 AND height BETWEEN 5 AND 300", name="measures"),
        CheckConstraint("columns BETWEEN 1 AND 30 AND rows BETWEEN 1 AND 60", name="places"),
        CheckConstraint(
            'page_width >= 0 AND page_height >= 0 AND "left" >= 0 AND top >= 0'
            " AND gap_x >= 0 AND gap_y >= 0",
            name="margins",
        ),
        CheckConstraint("jsonb_typeof(elements) = 'array'", name="elements"),
        Index("uq_label_design_default", "kind", unique=True, postgresql_where=text("is_default")),
        {"schema": "catalog"},
    )
