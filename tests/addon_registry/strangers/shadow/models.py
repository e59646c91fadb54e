"""The first words of notices."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class FirstWords(Record, Model):
    """A notice as it was put up; the copy stays when the notice is gone."""

    __tablename__ = "first_words"
    __table_args__ = ({"schema": "shadow"},)

    notice_id: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    body: Mapped[str]
