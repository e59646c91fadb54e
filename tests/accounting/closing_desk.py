"""What tests of closing have in common: a purchase, the checklist of a month, and its steps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft
from addons.accounting.models import Period
from addons.accounting.services.closing import doing
from addons.accounting.services.closing.checklist import StepView, checklist

ACCOUNTS = {
    "Liabilities:Payable": "liability",
    "Liabilities:Accrued": "liability",
    "Assets:Suspense": "asset",
    "Equity:Retained": "equity",
}


def period(session: Session, name: str) -> Period:
    """The period of this name."""
    return session.scalars(select(Period).where(Period.name == name)).one()


def step(session: Session, month: str, name: str) -> StepView:
    """A step of a month's checklist as it stands now."""
    views = checklist(session, period(session, month))
    return next(view for view in views if view.step.name == name)


def close_all_before(session: Session, name: str) -> None:
    """Close the months before one, leaving out what is not done there."""
    wanted = period(session, name)
    for earlier in doing.earlier_open(session, wanted):
        for view in checklist(session, earlier):
            if not view.settled:
                doing.waive(session, earlier.id, view.step.name, "before these books")
        doing.close(session, earlier.id)


def bill(
    day: date, partner: str, amount: str, account: str = "Expenses:Rent", **more: Any
) -> EntryDraft:
    """A bill of a supplier, not paid yet."""
    value = Decimal(amount)
    lines = (LineDraft(account, value), LineDraft("Liabilities:Payable", value.copy_negate()))
    return EntryDraft(day, lines, journal="PUR", partner=partner, **more)
