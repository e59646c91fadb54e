"""Revenue invoiced ahead: what an invoice asks for months after its own, as for a year of service
that is paid in advance, waits as deferred revenue.

    invoice of a period ahead   Dr revenue            Cr deferred revenue
    at the end of each month    Dr deferred revenue   Cr revenue
    credited before             Dr deferred revenue   Cr revenue, as much as is credited

Until the service is given the customer is owed it (IFRS 15, paragraphs 35(a) and 106). What belongs
to the invoice's own month, and to those before, is revenue with the invoice.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.models.deferral import Deferral
from addons.accounting.options import AccountingOptions
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.deferral.running import (
    create_deferral,
    end_deferral,
    post_due,
    start_deferral,
)
from addons.accounting.services.deferral.schedule import spread
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.money import smallest_unit
from addons.accounting.services.trade.accounts import trade_account
from addons.accounting.services.trade.journals import trade_journal
from core.api import options, today

SOURCE: Final = "sales.invoice_line"
METHOD: Final = "days"
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Covered:
    """A line of an invoice for the days from `first` to `last`, or of a credit note for one:
    `line_id` is always that of the invoice. `net` is in the company's currency."""

    line_id: int
    label: str
    day: date
    partner_id: int
    branch_id: int | None
    category_id: int | None
    net: Decimal
    first: date
    last: date


def put_off(session: Session, line: Covered) -> None:
    """Take what belongs to later months out of the revenue of an invoice that was just posted."""
    if not options(session, AccountingOptions).defers_revenue or line.last < line.first:
        return
    year, month = line.day.year, line.day.month
    ends = date(year, month, monthrange(year, month)[1])
    amount = _after(session, line, ends)
    if amount > 0:
        _defer(session, line, amount, max(line.first, ends + _ONE_DAY), line.day)


def take_back(session: Session, line: Covered) -> None:
    """What a credit note takes back of such an invoice does not wait any longer; the rest of it
    waits on. Nothing happens where nothing waits."""
    running = select(Deferral).where(
        Deferral.source_type == SOURCE,
        Deferral.source_id == str(line.line_id),
        Deferral.state == "running",
    )
    record = session.scalars(running.with_for_update()).one_or_none()
    if record is None:
        return
    day = line.day
    if record.posted_until is not None:
        day = max(day, record.posted_until + _ONE_DAY)
    earned = [part.date for part in record.parts if part.date <= day]
    first = max(earned) + _ONE_DAY if earned else record.start_date
    left = end_deferral(session, record, day)
    credited = _after(session, line, first - _ONE_DAY)
    # Each amount was rounded by itself: the last coins go with what they belong to.
    rounding = smallest_unit(company_currency(session)) * len(record.parts)
    if left - credited > rounding:
        _defer(session, line, left - credited, first, day)


def _after(session: Session, line: Covered, day: date) -> Decimal:
    """What of a line belongs to the months after a day that ends one, or to what is left of it."""
    parts = spread(line.net, line.first, line.last, METHOD, company_currency(session))
    return exact_sum(part.amount for part in parts if part.day > day)


def _defer(session: Session, line: Covered, amount: Decimal, first: date, day: date) -> None:
    record = create_deferral(
        session,
        {
            "name": line.label,
            "kind": "revenue",
            "journal_id": _journal_id(session),
            "balance_account_id": _account_id(session, trade_account(session, "deferred_revenue")),
            "result_account_id": _account_id(
                session, trade_account(session, "sales", line.category_id)
            ),
            "partner_id": line.partner_id,
            "branch_id": line.branch_id,
            "amount": amount,
            "start_date": first,
            "end_date": line.last,
            "method": METHOD,
            "taken_on": day,
            "source_type": SOURCE,
            "source_id": str(line.line_id),
        },
    )
    start_deferral(session, record)
    post_due(session, today(session), only=record.id)


def _journal_id(session: Session) -> int:
    code = trade_journal(session, "sale")
    return session.scalars(select(Journal.id).where(Journal.code == code)).one()


def _account_id(session: Session, code: str) -> int:
    return session.scalars(select(Account.id).where(Account.code == code)).one()
