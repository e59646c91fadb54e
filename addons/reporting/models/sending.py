"""Reports that people keep, share, and have sent to them on a schedule."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

SHARES: Final = (
    ("private", msg("Only me")),
    ("roles", msg("People with these roles")),
    ("everybody", msg("Everybody who may see the books")),
)
CADENCES: Final = (
    ("daily", msg("Every day")),
    ("weekly", msg("Every week")),
    ("monthly", msg("Every month")),
    ("quarterly", msg("Every quarter")),
)
FORMATS: Final = (("pdf", msg("PDF")), ("xlsx", msg("Excel workbook")), ("csv", msg("CSV")))
RESULTS: Final = (("", msg("Not yet sent")), ("sent", msg("Sent")), ("failed", msg("Failed")))


def _one_of(column: str, choices: tuple[tuple[str, str], ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value, _ in choices)})"


class SavedReport(Record, Model):
    """A report with its parameters under a name. Periods are kept as they were chosen, so that
    `last_month` means another month every month. Its owner shares it with roles or everybody;
    whoever opens it sees with rights of their own."""

    __tablename__ = "saved_report"

    name: Mapped[str]
    report: Mapped[str]
    query: Mapped[dict[str, Any]]
    owner_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), index=True
    )
    shared: Mapped[str] = mapped_column(default="private", server_default="private")
    roles: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(_one_of("shared", SHARES), name="shared"),
        {"schema": "reporting"},
    )


class ReportSchedule(Record, Model):
    """A saved report that is sent by itself, with the rights that its owner has at that moment.

    `weekday` counts from 1 for Monday; `day` is that of the month, or its last where the month is
    shorter; `hour` is by the company's clock. `next_at` is when it is due.
    """

    __tablename__ = "report_schedule"

    saved_report_id: Mapped[int] = mapped_column(
        ForeignKey("reporting.saved_report.id", ondelete="CASCADE"), index=True
    )
    owner_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), index=True
    )
    cadence: Mapped[str] = mapped_column(default="monthly", server_default="monthly")
    weekday: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    day: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    hour: Mapped[int] = mapped_column(Integer, default=7, server_default=text("7"))
    format: Mapped[str] = mapped_column(default="pdf", server_default="pdf")
    language: Mapped[str] = mapped_column(default="", server_default="")
    recipients: Mapped[str]
    paused: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(default="", server_default="")
    error: Mapped[str] = mapped_column(default="", server_default="")

    saved_report: Mapped[SavedReport] = relationship()

    __table_args__ = (
        CheckConstraint(_one_of("cadence", CADENCES), name="cadence"),
        CheckConstraint(_one_of("format", FORMATS), name="format"),
        CheckConstraint(_one_of("result", RESULTS), name="result"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("day BETWEEN 1 AND 31", name="day"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        {"schema": "reporting"},
    )
