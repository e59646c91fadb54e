"""The tables of custom fields: one row a field, and one row a value.

A value stands in the one column that fits its type, so that filters and sorting use ordinary
indexes (docs/decisions/0021). The rows of both are the audit trail's concern in their own way:
a changed value is an entry of the record that it belongs to, written by triggers of the
migration, which also delete the values of deleted records.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import TEXT as PG_TEXT
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record


class CustomField(Record, Model):
    """A field that a tenant added to a resource (`addon.name`), whose records are in
    `table_name`. `rules` holds what only some types have."""

    __tablename__ = "custom_field"
    __table_args__ = (UniqueConstraint("resource", "name"), {"schema": "core"})

    resource: Mapped[str]
    table_name: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    type: Mapped[str]
    titles: Mapped[dict[str, Any]]
    helps: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    initial: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    required: Mapped[bool] = mapped_column(default=False, server_default="false")
    unique: Mapped[bool] = mapped_column(default=False, server_default="false")
    listed: Mapped[bool] = mapped_column(default=False, server_default="false")
    searchable: Mapped[bool] = mapped_column(default=False, server_default="false")
    section: Mapped[str] = mapped_column(default="", server_default="")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    seen_by: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    edited_by: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    archived_at: Mapped[datetime | None]


def _by(column: str) -> Index:
    """Enters the values of one field at a place, in the order of a list."""
    held = text(f"{column} IS NOT NULL")
    name = f"ix_custom_value_{column}"
    return Index(name, "field_id", column, "record_id", postgresql_where=held)


class CustomValue(Model):
    """What a record holds in a custom field; an empty one has no row. `unique_key` is filled
    where no two records may hold the same."""

    __tablename__ = "custom_value"
    __table_args__ = (
        Index("ix_custom_value_record_id", "record_id"),
        *map(_by, ("text", "whole", "number", "day", "moment", "flag")),
        Index(
            "uq_custom_value_unique_key",
            "field_id",
            "unique_key",
            unique=True,
            postgresql_where=text("unique_key IS NOT NULL"),
        ),
        {"schema": "core", "info": {"audit": "none"}},
    )

    field_id: Mapped[int] = mapped_column(ForeignKey("core.custom_field.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str | None]
    long_text: Mapped[str | None]
    whole: Mapped[int | None]
    number: Mapped[Decimal | None]
    day: Mapped[date | None]
    moment: Mapped[datetime | None]
    flag: Mapped[bool | None]
    many: Mapped[list[str] | None] = mapped_column(ARRAY(PG_TEXT()))
    unique_key: Mapped[str | None]
