"""What printing keeps: every version of a design, every print, and the files of print runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model


class PrintDesign(Model):
    """One version of the letterhead (`subject` is empty) or of a printed form's design (its full
    name, such as `shop.orders/document`). The newest counts; none is ever changed."""

    __tablename__ = "print_design"
    __table_args__ = (
        UniqueConstraint("subject", "language", "number"),
        {"schema": "core", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    subject: Mapped[str]
    language: Mapped[str]
    number: Mapped[int]
    settings: Mapped[dict[str, Any]]
    author: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PrintedCopy(Model):
    """That somebody printed a record: which form of it, in which language, by which way (paper,
    receipt, label, e-mail), and how often it had been printed by then."""

    __tablename__ = "printed_copy"
    __table_args__ = (
        UniqueConstraint("resource", "record", "form", "number"),
        {"schema": "core", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    resource: Mapped[str]
    record: Mapped[str]
    form: Mapped[str]
    number: Mapped[int]
    language: Mapped[str]
    way: Mapped[str]
    author: Mapped[str]
    user_id: Mapped[int | None]
    printed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PrintRun(Model):
    """The file that a job made of many documents, for whoever asked for it, for a day."""

    __tablename__ = "print_run"
    __table_args__ = ({"schema": "core", "info": {"audit": "none"}},)

    job_id: Mapped[int] = mapped_column(
        ForeignKey("core.job.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int | None]
    digest: Mapped[str]
    size: Mapped[int]
    name: Mapped[str]
    documents: Mapped[int]
    left_out: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
