"""Tax returns: drafts that are worked out from the ledger, and what was filed, kept for good."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.vat.models.taxes import one_of
from core.api import Model, Record, msg

RETURN_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("filed", msg("Filed")),
    ("replaced", msg("Replaced by an amendment")),
)
FORMS: Final[tuple[tuple[str, str], ...]] = (
    ("SA", msg("VAT return of Saudi Arabia")),
    ("AE", msg("VAT 201 of the United Arab Emirates")),
    ("BD", msg("Mushak-9.1 of Bangladesh")),
    ("XX", msg("General VAT return")),
)
COLUMNS: Final[tuple[tuple[str, str], ...]] = (
    ("base", msg("Amount")),
    ("adjustment", msg("Adjustment")),
    ("duty", msg("Supplementary duty")),
    ("tax", msg("VAT")),
)


class VatReturn(Record, Model):
    """A return for some months. Once it is filed, nothing of it changes: an amendment is a return
    of its own that names it in `replaces_id` (guarded by the database, migration 0001).

    `evidence` is the digest under which the evidence file is kept, `pdf` and `workbook` those of
    its printed forms, `entry_id` the entry that moved the tax to the account of the authority.
    """

    __tablename__ = "vat_return"

    form: Mapped[str]
    start_date: Mapped[date]
    end_date: Mapped[date]
    due_date: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("vat.vat_return.id"))
    reason: Mapped[str] = mapped_column(default="", server_default="")
    net: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(default="", server_default="")
    line_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    filed_at: Mapped[datetime | None]
    filed_by: Mapped[str] = mapped_column(default="", server_default="")
    evidence: Mapped[str] = mapped_column(default="", server_default="")
    content_hash: Mapped[str] = mapped_column(default="", server_default="")
    pdf: Mapped[str] = mapped_column(default="", server_default="")
    workbook: Mapped[str] = mapped_column(default="", server_default="")
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )

    adjustments: Mapped[list[ReturnAdjustment]] = relationship(
        back_populates="vat_return",
        order_by="ReturnAdjustment.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    replaces: Mapped[VatReturn | None] = relationship(remote_side="VatReturn.id")

    __table_args__ = (
        CheckConstraint(one_of("form", FORMS), name="form"),
        CheckConstraint("start_date <= end_date", name="dates"),
        CheckConstraint(one_of("state", RETURN_STATES), name="state"),
        CheckConstraint(
            "state = 'draft' OR (filed_at IS NOT NULL AND content_hash <> '' AND net IS NOT NULL)",
            name="filed",
        ),
        Index(
            "uq_vat_return_replaces_id",
            "replaces_id",
            unique=True,
            postgresql_where=text("replaces_id IS NOT NULL"),
        ),
        Index("ix_vat_return_end_date", "end_date"),
        {"schema": "vat"},
    )


class ReturnAdjustment(Model):
    """An amount that a person adds to a box of a draft, and why."""

    __tablename__ = "return_adjustment"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    return_id: Mapped[int] = mapped_column(
        ForeignKey("vat.vat_return.id", ondelete="CASCADE"), index=True
    )
    box: Mapped[str]
    column: Mapped[str] = mapped_column(default="tax", server_default="tax")
    amount: Mapped[Decimal]
    reason: Mapped[str]

    vat_return: Mapped[VatReturn] = relationship(back_populates="adjustments")

    __table_args__ = (
        CheckConstraint('"column" IN (' + ", ".join(repr(v) for v, _ in COLUMNS) + ")", name="col"),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "vat"},
    )


class FiledBox(Model):
    """What a filed return says in one box."""

    __tablename__ = "filed_box"

    return_id: Mapped[int] = mapped_column(
        ForeignKey("vat.vat_return.id", ondelete="CASCADE"), primary_key=True
    )
    box: Mapped[str] = mapped_column(primary_key=True)
    base: Mapped[Decimal]
    adjustment: Mapped[Decimal]
    duty: Mapped[Decimal]
    tax: Mapped[Decimal]

    __table_args__ = ({"schema": "vat", "info": {"audit": "none"}},)


class FiledLine(Model):
    """A line of the ledger that a filed return reports."""

    __tablename__ = "filed_line"

    return_id: Mapped[int] = mapped_column(
        ForeignKey("vat.vat_return.id", ondelete="CASCADE"), primary_key=True
    )
    line_id: Mapped[int] = mapped_column(primary_key=True, index=True)

    __table_args__ = ({"schema": "vat", "info": {"audit": "none"}},)


class CashRelease(Record, Model):
    """How far an entry was settled when its cash-basis tax last came due: `settled` of `whole`.

    `source` names the settlement, or its undoing, once.
    """

    __tablename__ = "cash_release"

    entry_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal_entry.id"), index=True)
    source: Mapped[str]
    settled: Mapped[Decimal]
    whole: Mapped[Decimal]
    release_entry_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.journal_entry.id"))

    __table_args__ = (
        Index("uq_cash_release_source", "entry_id", "source", unique=True),
        {"schema": "vat"},
    )
