"""Open items as a report: what was open at the end of a day, for pages, the command and JSON."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.services.settlement.items import open_items
from core.api import Period, ReportTable

_COLUMNS = (
    "account",
    "partner",
    "number",
    "reference",
    "date",
    "due_date",
    "currency",
    "open",
    "books_currency",
    "open_in_books",
)


def open_items_report(session: Session, period: Period) -> ReportTable:
    """Every item that was open at the end of the period, the oldest due first, of entries dated
    within it; totals per currency."""
    found = [
        item
        for item in open_items(session, on=period.end)
        if period.start is None or item.date >= period.start
    ]
    owed: dict[str, Decimal] = {}
    books: dict[str, Decimal] = {}
    for item in found:
        owed[item.owed_currency] = owed.get(item.owed_currency, Decimal(0)) + item.owed
        books[item.currency] = books.get(item.currency, Decimal(0)) + item.residual
    return ReportTable(
        columns=_COLUMNS,
        rows=tuple(
            (
                item.account,
                item.partner,
                item.number,
                item.reference,
                item.date,
                item.due,
                item.owed_currency,
                item.owed,
                item.currency,
                item.residual,
            )
            for item in found
        ),
        totals={"open": owed, "open_in_books": books},
    )
