"""What people have typed and not saved, and who has which record open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model

_NO_BUSINESS_DATA = {"schema": "core", "info": {"audit": "none"}}


class FormDraft(Model):
    """A form that somebody began and did not save; nobody else can read it.

    `token` is that of the form, which a form opened again keeps; `form` is its address.
    `content` holds its inputs as pairs of name and text, without secrets.
    """

    __tablename__ = "form_draft"
    __table_args__ = (Index("ix_form_draft_user_id_form", "user_id", "form"), _NO_BUSINESS_DATA)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), primary_key=True
    )
    token: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str]
    content: Mapped[list[Any]] = mapped_column(JSONB())
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class OpenRecord(Model):
    """Somebody has a record open: `editing` in its form, else to read it. Their page says so
    again every few seconds; what was not said for a while is over."""

    __tablename__ = "open_record"
    __table_args__ = (_NO_BUSINESS_DATA,)

    resource: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    editing: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
