"""Audit packs that were made: of which year, by whom, and the digests that tell them apart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.calendar import FiscalYear
from core.api import Model, Record

_ACTOR = text("COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user)")


class AuditPack(Record, Model):
    """A pack, while it is made and after. `digest` is the SHA-256 of the file, and
    `manifest_digest` that of its manifest, which the verifier prints."""

    __tablename__ = "audit_pack"

    fiscal_year_id: Mapped[int] = mapped_column(ForeignKey("accounting.fiscal_year.id"), index=True)
    state: Mapped[str] = mapped_column(default="making", server_default="making")
    job_id: Mapped[int | None]
    digest: Mapped[str] = mapped_column(default="", server_default="")
    manifest_digest: Mapped[str] = mapped_column(default="", server_default="")
    size: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    asked_by: Mapped[str] = mapped_column(server_default=_ACTOR)
    made_at: Mapped[datetime | None]

    fiscal_year: Mapped[FiscalYear] = relationship()

    __table_args__ = (
        CheckConstraint("state IN ('making', 'ready')", name="state"),
        CheckConstraint("(state = 'ready') = (digest <> '')", name="ready_has_digest"),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT, UPDATE"}},
    )


AUDIT_PACK_MODELS = (AuditPack,)
