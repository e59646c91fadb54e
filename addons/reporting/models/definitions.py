"""What a company has changed of a report's definition, or made of one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class ReportDefinition(Record, Model):
    """A definition of the company's own. With the key of a shipped report it stands in its place,
    until it is restored; with another key it is a report of its own. `base` is the shipped one
    that it was made from, which says what kind of report it is."""

    __tablename__ = "report_definition"

    key: Mapped[str] = mapped_column(unique=True)
    base: Mapped[str]
    content: Mapped[dict[str, Any]]

    __table_args__ = (
        CheckConstraint("key ~ '^[a-z][a-z0-9-]{0,59}$'", name="key"),
        {"schema": "reporting"},
    )
