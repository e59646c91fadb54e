"""Pages that are neither list nor form: the statements, and the ledger of an account."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.permissions import VIEW_BOOKS
from addons.accounting.services import general_ledger, statements
from addons.accounting.services.general_ledger import Place
from addons.accounting.services.reading.state import year_start
from addons.accounting.services.year_opening import trial_balances
from core.api import InvalidInput, NotFound, Page, Period, Request, Route, phrase


def trial_balance(session: Session, request: Request) -> Page:
    """Opening, movement and closing of each account, each leading to its lines."""
    period = _period(request)
    rows = trial_balances(session, period.start, period.end)
    year = None if period.start is None else year_start(session, period.start)
    return Page(
        "accounting/trial_balance.html",
        {
            "period": period,
            "rows": rows,
            "totals": statements.trial_balance_table(rows).totals,
            "before": None if year is None or year == date.min else year - timedelta(days=1),
        },
    )


def income_statement(session: Session, request: Request) -> Page:
    """What was earned and spent."""
    period = _period(request)
    table = statements.income_statement(session, period)
    return Page(
        "accounting/income_statement.html",
        {"period": period, "rows": table.rows, "totals": table.totals},
    )


def balance_sheet(session: Session, request: Request) -> Page:
    """What is owned and owed."""
    period = _period(request)
    table = statements.balance_sheet(session, period)
    return Page(
        "accounting/balance_sheet.html",
        {"period": period, "rows": table.rows, "totals": table.totals},
    )


def account_ledger(session: Session, request: Request) -> Page:
    """The lines of an account in one currency."""
    account = session.get(Account, request.path_params["account_id"])
    if account is None:
        raise NotFound(phrase("There is no such account."))
    period, currency = _period(request), request.query.get("currency", "")
    page = general_ledger.ledger_page(session, account, currency, period, _place(request))
    return Page(
        "accounting/ledger.html",
        {"account": account, "currency": currency, "period": period, "page": page},
    )


def _period(request: Request) -> Period:
    return Period(_day(request, "from"), _day(request, "to"))


def _place(request: Request) -> Place | None:
    day, line = _day(request, "after_day"), request.query.get("after_line", "")
    return Place(day, int(line)) if day is not None and line.isdecimal() else None


def _day(request: Request, name: str) -> date | None:
    written = request.query.get(name, "")
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InvalidInput.of(
            name, phrase("{written} is not a date such as 2026-01-31.", written=written)
        ) from None


ROUTES: Final = (
    Route("GET", "/trial-balance", trial_balance, VIEW_BOOKS),
    Route("GET", "/income-statement", income_statement, VIEW_BOOKS),
    Route("GET", "/balance-sheet", balance_sheet, VIEW_BOOKS),
    Route("GET", "/ledger/{account_id:int}", account_ledger, VIEW_BOOKS),
)
