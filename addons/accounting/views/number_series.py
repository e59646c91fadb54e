"""The page of number series: what was given, and what is missing; and the same as CSV."""

from __future__ import annotations

import csv
import io
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.permissions import VIEW_BOOKS
from addons.accounting.services.number_series import number_gaps, series_of_books
from core.api import (
    File,
    Page,
    Period,
    Report,
    Request,
    Route,
    harmless,
    msg,
    reader,
)

_COLUMNS: Final = (
    msg("Journal"),
    msg("Fiscal year"),
    msg("First number"),
    msg("Last number"),
    msg("Missing"),
)


def show(session: Session, request: Request) -> Page:
    """Each series with the numbers that no entry bears."""
    found = series_of_books(session)
    return Page(
        "accounting/number_series.html",
        {"series": found, "missing": sum(one.missing for one in found)},
    )


def download(session: Session, request: Request) -> File:
    """The missing numbers, a line for each run of them."""
    said = reader(session, request.locale, request.written)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(map(said.say, _COLUMNS))
    for *texts, missing in number_gaps(session, Period(None, None)).rows:
        writer.writerow([*map(harmless, texts), missing])
    return File(f"\ufeff{buffer.getvalue()}".encode(), "missing-numbers.csv", "text/csv")


REPORTS: Final = (
    Report("accounting.number_gaps", msg("Missing numbers"), VIEW_BOOKS, number_gaps),
)
ROUTES: Final = (
    Route("GET", "/number-series", show, VIEW_BOOKS),
    Route("GET", "/number-series/missing.csv", download, VIEW_BOOKS),
)
