"""Imports and what they did: enough to show them, to try them again and to take them back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record

ImportState = Literal[
    "draft", "checking", "checked", "running", "done", "refused", "failed", "undoing", "undone"
]
STATES: Final[tuple[ImportState, ...]] = (
    "draft",
    "checking",
    "checked",
    "running",
    "done",
    "refused",
    "failed",
    "undoing",
    "undone",
)
BUSY: Final = frozenset({"checking", "running", "undoing"})
"""States in which a job is at it."""


class DataImport(Record, Model):
    """A file that somebody brought, and how far it has come.

    `target` is the full name of a resource, or for a file that an addon reads itself the kind of
    its importer. `rows_file` holds a workbook's parsed rows; `problem_file` what was wrong in
    which rows. `abilities` are those of the API token that sent it, None for a person.
    """

    __tablename__ = "data_import"

    target: Mapped[str]
    importer: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    file_name: Mapped[str]
    file: Mapped[str]
    rows_file: Mapped[str] = mapped_column(default="", server_default="")
    size: Mapped[int]
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    plan: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    problem_file: Mapped[str] = mapped_column(default="", server_default="")
    failure: Mapped[Any | None] = mapped_column(JSONB, default=None)
    job_id: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(index=True)
    user_name: Mapped[str]
    abilities: Mapped[list[str] | None]
    locale: Mapped[str] = mapped_column(default="en", server_default="en")
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        Index("ix_data_import_target", "target", "id"),
        {"schema": "core"},
    )


class ImportedRecord(Model):
    """A record that an import created or changed, in the order it did so. `version` is what the
    import left it at, `before` what a change replaced."""

    __tablename__ = "imported_record"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("core.data_import.id", ondelete="CASCADE"))
    resource: Mapped[str]
    record_key: Mapped[str]
    line: Mapped[int]
    action: Mapped[str]
    version: Mapped[int | None]
    before: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True), default=None)

    __table_args__ = (
        CheckConstraint("action IN ('created', 'updated')", name="action"),
        Index("ix_imported_record_import_id", "import_id", "id"),
        Index("ix_imported_record_record", "import_id", "record_key"),
        {"schema": "core", "info": {"audit": "none"}},
    )


class ExternalId(Model):
    """What another system calls a record, so that importing it again finds it."""

    __tablename__ = "external_id"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    resource: Mapped[str]
    external_id: Mapped[str]
    record_key: Mapped[str]
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.data_import.id", ondelete="SET NULL"), index=True
    )

    __table_args__ = (
        UniqueConstraint("resource", "external_id"),
        Index("ix_external_id_record", "resource", "record_key"),
        {"schema": "core", "info": {"audit": "none"}},
    )


class RememberedMapping(Model):
    """How somebody matched the columns of files with these titles; whoever has none of their own
    gets the one that the company used last."""

    __tablename__ = "import_mapping"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    target: Mapped[str]
    fingerprint: Mapped[str]
    user_id: Mapped[int]
    plan: Mapped[dict[str, Any]]
    used_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("target", "fingerprint", "user_id"),
        {"schema": "core", "info": {"audit": "none"}},
    )
