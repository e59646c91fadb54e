"""Which taxes a product bears, and which others take their place for a certain partner."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.vat.models.taxes import Tax, one_of
from core.api import Model, Record, msg

REGISTRATIONS: Final[tuple[tuple[str, str], ...]] = (
    ("", msg("Registered or not")),
    ("yes", msg("Registered for VAT")),
    ("no", msg("Not registered for VAT")),
)


class TaxGroup(Record, Model):
    """The taxes of a kind of product at home: goods at the standard rate, medicines, rents."""

    __tablename__ = "tax_group"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    lines: Mapped[list[TaxGroupLine]] = relationship(
        back_populates="group",
        order_by="TaxGroupLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("code <> '' AND name <> ''", name="named"),
        {"schema": "vat", "info": {"stamped": True}},
    )


class TaxGroupLine(Model):
    """One of a group's taxes, of sales or of purchases."""

    __tablename__ = "tax_group_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("vat.tax_group.id", ondelete="CASCADE"))
    tax_id: Mapped[int] = mapped_column(ForeignKey("vat.tax.id"), index=True)

    group: Mapped[TaxGroup] = relationship(back_populates="lines")
    tax: Mapped[Tax] = relationship()

    __table_args__ = (
        UniqueConstraint("group_id", "tax_id"),
        {"schema": "vat", "info": {"stamped": True}},
    )


class FiscalPosition(Record, Model):
    """Partners of certain countries, registered or not: their taxes differ from those at home.

    `countries` are ISO codes with spaces between them; with `abroad` it is for every country but
    the company's own. The first by `sequence` that fits is taken.
    """

    __tablename__ = "fiscal_position"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    countries: Mapped[str] = mapped_column(default="", server_default="")
    abroad: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    registered: Mapped[str] = mapped_column(default="", server_default="")
    sequence: Mapped[int] = mapped_column(Integer, default=10, server_default=text("10"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    lines: Mapped[list[FiscalPositionLine]] = relationship(
        back_populates="position",
        order_by="FiscalPositionLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("code <> '' AND name <> ''", name="named"),
        CheckConstraint("countries ~ '^([A-Z]{2}( [A-Z]{2})*)?$'", name="countries"),
        CheckConstraint(one_of("registered", REGISTRATIONS), name="registered"),
        {"schema": "vat", "info": {"stamped": True}},
    )


class FiscalPositionLine(Model):
    """A tax, and the one in its place; none means that the line bears no tax."""

    __tablename__ = "fiscal_position_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    position_id: Mapped[int] = mapped_column(
        ForeignKey("vat.fiscal_position.id", ondelete="CASCADE")
    )
    tax_id: Mapped[int] = mapped_column(ForeignKey("vat.tax.id"), index=True)
    replacement_id: Mapped[int | None] = mapped_column(ForeignKey("vat.tax.id"), index=True)

    position: Mapped[FiscalPosition] = relationship(back_populates="lines")
    tax: Mapped[Tax] = relationship(foreign_keys=[tax_id])
    replacement: Mapped[Tax | None] = relationship(foreign_keys=[replacement_id])

    __table_args__ = (
        UniqueConstraint("position_id", "tax_id"),
        {"schema": "vat", "info": {"stamped": True}},
    )
