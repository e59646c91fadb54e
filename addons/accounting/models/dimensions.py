"""Analytic dimensions: cost centres, projects, whatever a company splits its results by.

A line's split is in `journal_line.analytic`; the database checks it whoever writes it, and writes
it in words into `journal_line.dimensions` (migration 0008).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

REQUIREMENTS: Final[tuple[tuple[str, str], ...]] = (
    ("mandatory", msg("Mandatory")),
    ("optional", msg("Optional")),
    ("forbidden", msg("Forbidden")),
)
# Codes stand in splits such as "RUH 60, JED 40", where these signs have a meaning.
_PLAIN_CODE = r"code ~ '^[^\s,;:%]+$'"


class Dimension(Record, Model):
    """A way to split results: by cost centre, by project."""

    __tablename__ = "dimension"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    rules: Mapped[list[DimensionRule]] = relationship(
        back_populates="dimension",
        order_by="DimensionRule.account_prefix",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    defaults: Mapped[list[DimensionDefault]] = relationship(
        back_populates="dimension",
        order_by="DimensionDefault.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(_PLAIN_CODE, name="code"),
        {"schema": "accounting", "info": {"stamped": True}},
    )


class DimensionValue(Record, Model):
    """A cost centre, a project. `parent` is the one that it is part of."""

    __tablename__ = "dimension_value"

    dimension_id: Mapped[int] = mapped_column(ForeignKey("accounting.dimension.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    parent_id: Mapped[int | None] = mapped_column(index=True)
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    dimension: Mapped[Dimension] = relationship()
    parent: Mapped[DimensionValue | None] = relationship(
        remote_side="DimensionValue.id",
        primaryjoin="foreign(DimensionValue.parent_id) == DimensionValue.id",
    )

    __table_args__ = (
        UniqueConstraint("dimension_id", "code"),
        UniqueConstraint("dimension_id", "id"),
        ForeignKeyConstraint(
            ["dimension_id", "parent_id"],
            ["accounting.dimension_value.dimension_id", "accounting.dimension_value.id"],
        ),
        CheckConstraint(_PLAIN_CODE, name="code"),
        CheckConstraint("parent_id <> id", name="parent"),
        {"schema": "accounting"},
    )


class DimensionRule(Record, Model):
    """Whether lines on accounts whose codes begin so must, may or must not have the dimension.
    The longest prefix counts; accounts without a rule may have it."""

    __tablename__ = "dimension_rule"

    dimension_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.dimension.id", ondelete="CASCADE")
    )
    account_prefix: Mapped[str]
    requirement: Mapped[str]

    dimension: Mapped[Dimension] = relationship(back_populates="rules")

    __table_args__ = (
        UniqueConstraint("dimension_id", "account_prefix"),
        CheckConstraint("account_prefix <> ''", name="account_prefix"),
        CheckConstraint(
            "requirement IN ('mandatory', 'optional', 'forbidden')", name="requirement"
        ),
        {"schema": "accounting"},
    )


class DimensionDefault(Record, Model):
    """The split that a draft's line gets where it names none: for a partner, else for accounts
    whose codes begin so. `split` is written as in a line: "RUH 60, JED 40"."""

    __tablename__ = "dimension_default"

    dimension_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.dimension.id", ondelete="CASCADE"), index=True
    )
    account_prefix: Mapped[str] = mapped_column(default="", server_default="")
    partner_id: Mapped[int | None]
    split: Mapped[str]

    dimension: Mapped[Dimension] = relationship(back_populates="defaults")

    __table_args__ = (
        CheckConstraint("account_prefix <> '' OR partner_id IS NOT NULL", name="for_something"),
        UniqueConstraint(
            "dimension_id", "account_prefix", "partner_id", postgresql_nulls_not_distinct=True
        ),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (Dimension, DimensionValue, DimensionRule, DimensionDefault)
