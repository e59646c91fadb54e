"""The pages of ages: every partner by bucket, proved against the ledger, and the items behind a
partner's figures; the same figures as named reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, cast

from sqlalchemy.orm import Session

from addons.accounting.permissions import VIEW_BOOKS
from addons.accounting.services.collections import ageing
from addons.accounting.services.collections.ageing import Ageing, Asked, CountFrom, InCurrency
from addons.accounting.services.payments.agreed import Side
from addons.contacts.api import get_contact
from core.api import (
    InvalidInput,
    NotFound,
    Page,
    Period,
    Report,
    ReportTable,
    Request,
    Route,
    msg,
    phrase,
    today,
)

TITLES: Final[dict[str, str]] = {
    "receivable": msg("Ages of receivables"),
    "payable": msg("Ages of payables"),
}
_COUNTED: Final = (("due", msg("Due date")), ("invoice", msg("Date of the document")))
_SHOWN: Final = (
    ("company", msg("Currency of the books")),
    ("original", msg("Currency agreed")),
)


def ages(session: Session, request: Request) -> Page:
    """Every partner's open amount by age."""
    asked = _asked(session, request)
    return Page(
        "accounting/collections/ageing.html",
        {**_frame(asked), "ageing": ageing.ageing(session, asked)},
    )


def partner_ages(session: Session, request: Request) -> Page:
    """The open items of one partner; those of nobody for partner 0."""
    asked = _asked(session, request)
    partner_id = int(request.path_params["partner_id"])
    contact = get_contact(session, partner_id) if partner_id else None
    if partner_id and contact is None:
        raise NotFound(phrase("There is no such contact."))
    items = ageing.aged_items(session, asked, contact.id if contact else None)
    return Page(
        "accounting/collections/aged_items.html",
        {**_frame(asked), "contact": contact, "items": items},
    )


def _frame(asked: Asked) -> dict[str, object]:
    return {
        "asked": asked,
        "title": TITLES[asked.side],
        "counted": _COUNTED,
        "shown": _SHOWN,
        "query": {"on": asked.on, "by": asked.count_from, "in": asked.shown_in},
    }


def _asked(session: Session, request: Request) -> Asked:
    side = request.path_params["side"]
    if side not in TITLES:
        raise NotFound(phrase("There is no such report."))
    written = request.query.get("on", "")
    try:
        on = date.fromisoformat(written) if written else today(session)
    except ValueError:
        raise InvalidInput.of(
            "on", phrase("{written} is not a date such as 2026-01-31.", written=written)
        ) from None
    return Asked(
        side=cast(Side, side),
        on=on,
        count_from=cast(CountFrom, _one_of(request, "by", dict(_COUNTED), "due")),
        shown_in=cast(InCurrency, _one_of(request, "in", dict(_SHOWN), "company")),
    )


def _one_of(request: Request, name: str, known: dict[str, str], otherwise: str) -> str:
    written = request.query.get(name, "") or otherwise
    if written not in known:
        raise InvalidInput.of(name, phrase("Choose one of the list."))
    return written


def as_table(report: Ageing) -> ReportTable:
    """The report as figures. `control` is the balance of the control accounts, `difference` what
    the open items are apart from it: zero."""
    labels = tuple(bucket.label for bucket in report.buckets)
    return ReportTable(
        columns=("partner", "currency", *labels, "total"),
        rows=tuple((row.name, row.currency, *row.amounts, row.total) for row in report.rows),
        totals={
            "total": {row.currency: row.total for row in report.totals},
            "control": {one.currency: one.balance for one in report.controls},
            "difference": {one.currency: one.difference for one in report.controls},
        },
    )


def _report(side: Side) -> Callable[[Session, Period], ReportTable]:
    def run(session: Session, period: Period) -> ReportTable:
        asked = Asked(side=side, on=period.end or today(session))
        return as_table(ageing.ageing(session, asked))

    return run


REPORTS: Final = (
    Report("accounting.aged_receivables", TITLES["receivable"], VIEW_BOOKS, _report("receivable")),
    Report("accounting.aged_payables", TITLES["payable"], VIEW_BOOKS, _report("payable")),
)
ROUTES: Final = (
    Route("GET", "/ages/{side}", ages, VIEW_BOOKS),
    Route("GET", "/ages/{side}/{partner_id:int}", partner_ages, VIEW_BOOKS),
)
