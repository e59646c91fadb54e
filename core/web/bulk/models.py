"""The tables of changes to many records: a batch, and what became of each of its records."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model

TaskName = Literal["edit", "action", "delete", "undo"]
BatchState = Literal["waiting", "done", "refused", "cancelled"]
Outcome = Literal["waiting", "done", "same", "failed", "overtaken"]
"""What became of a record: `same` needed no change, `overtaken` was changed by somebody since."""


class Batch(Model):
    """One change of many records, asked for by one person.

    `fields` are the new values as JSON writes them. A `whole` batch is done for all of its
    records or for none. An undo names the batch that it `undoes`; of each batch there is one at
    the most that is not given up.
    """

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'refused', 'cancelled')", "state"),
        Index(
            "uq_batch_undoes_id",
            "undoes_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'done')"),
        ),
        {"schema": "core", "info": {"audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    resource: Mapped[str]
    task: Mapped[str]
    action: Mapped[str] = mapped_column(default="", server_default="")
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    whole: Mapped[bool]
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("core.batch.id", ondelete="CASCADE"))
    job_id: Mapped[int | None]
    made_by: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    finished_at: Mapped[datetime | None]


class BatchItem(Model):
    """One record of a batch.

    `before` holds the changed fields as they were, `version` the record's version after the
    change. An undo's items say which version they `expect` and what they `restore`.
    """

    __tablename__ = "batch_item"
    __table_args__ = (
        CheckConstraint("outcome IN ('waiting', 'done', 'same', 'failed', 'overtaken')", "outcome"),
        Index("ix_batch_item_batch_id_outcome", "batch_id", "outcome"),
        {"schema": "core", "info": {"audit": "none"}},
    )

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("core.batch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_id: Mapped[str]
    title: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    expects: Mapped[int | None]
    restores: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    outcome: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    before: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    version: Mapped[int | None]
    note: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
