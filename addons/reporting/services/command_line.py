"""Reports for scripts: `aorabooks report reporting.profit_and_loss --json`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.engine.listing import Extent
from addons.reporting.services.files.make import LINES
from core.api import Period, ReportTable


def table_of(session: Session, key: str, period: Period) -> ReportTable:
    """A report's rows with their keys. The totals are the rows that are totals, and the state of
    each check with its sentence."""
    asked = Asked(key, "custom", period.start, period.end)
    if period.start is None and period.end is None:
        asked = Asked(key, "all")
    sheet = build(session, asked, "en", Extent(LINES["csv"], is_file=True)).sheet
    shown = [row for row in sheet.rows if row.style != "heading"]
    totals: dict[str, Any] = {
        row.key: row.cells[-1].value for row in shown if row.style == "total" and row.cells
    }
    totals["checks"] = {check.sentence: check.state for check in sheet.checks}
    return ReportTable(
        columns=("row", "title", *(head.key for head in sheet.heads)),
        rows=tuple((row.key, row.title, *(cell.value for cell in row.cells)) for row in shown),
        totals=totals,
    )
