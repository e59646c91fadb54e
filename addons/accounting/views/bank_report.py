"""The reconciliation of a bank account as of a day, on screen and for programs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount
from addons.accounting.permissions import VIEW_BOOKS
from addons.accounting.services.bank.accounts import bank_account
from addons.accounting.services.bank.assertions import checked_balances
from addons.accounting.services.bank.position import position
from core.api import (
    InvalidInput,
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


def reconciliation(session: Session, request: Request) -> Page:
    """Books plus what they lack, less what the bank lacks, is the bank's balance; or it says by
    how much it is not."""
    bank = bank_account(session, int(request.path_params["id"]))
    day = _day(request) or today(session)
    checked = checked_balances(session, bank_account_id=bank.id, until=day)
    return Page(
        "accounting/bank/report.html",
        {"bank": bank, "day": day, "here": position(session, bank, day), "checked": checked[-12:]},
    )


def reconciliations(session: Session, period: Period) -> ReportTable:
    """All bank accounts as of the end of the period, a row each."""
    day = period.end or today(session)
    rows = []
    for bank in session.scalars(select(BankAccount).order_by(BankAccount.name)):
        here = position(session, bank, day)
        rows.append(
            (
                bank.name,
                bank.currency,
                here.books,
                here.unmatched_total,
                here.outstanding_total,
                here.start_difference,
                here.bank_balance if here.bank_balance is not None else Decimal(),
                here.unexplained or Decimal(),
            )
        )
    columns = (
        msg("Bank account"),
        msg("Currency"),
        msg("Books"),
        msg("Not in the books yet"),
        msg("Outstanding"),
        msg("Difference at the start"),
        msg("Bank"),
        msg("Unexplained"),
    )
    return ReportTable(columns, tuple(rows))


def _day(request: Request) -> date | None:
    written = request.query.get("on", "")
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InvalidInput.of(
            "on", phrase("{written} is not a date such as 2026-01-31.", written=written)
        ) from None


REPORTS: Final = (
    Report(
        "accounting.bank_reconciliation",
        msg("Bank reconciliation"),
        VIEW_BOOKS,
        reconciliations,
    ),
)
ROUTES: Final = (Route("GET", "/bank/{id:int}/report", reconciliation, VIEW_BOOKS),)
