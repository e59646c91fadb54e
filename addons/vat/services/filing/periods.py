"""The days of returns: which come next, and until when each is to be filed."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.vat.models import VatReturn
from addons.vat.options import VatOptions
from addons.vat.services.forms import FORMS
from core.api import options, today


def form_key(session: Session) -> str:
    """The form of the company's country."""
    return options(session, VatOptions).country or "XX"


def next_days(session: Session) -> tuple[date, date]:
    """First and last day of the return to come: after the last there is, or else the last period
    that is over."""
    last = session.scalar(select(func.max(VatReturn.end_date)))
    company = options(session, VatOptions)
    if last is not None:
        start = last + timedelta(days=1)
    else:
        start = _before(_begin(today(session), company.months, company.first_month), company.months)
    return start, _end(start, company.months)


def due_date(form: str, end: date) -> date:
    """By when a return that ends on a day is to be filed and paid."""
    following = end + timedelta(days=1)
    wanted = FORMS[form].due
    days = monthrange(following.year, following.month)[1]
    return following.replace(day=min(wanted, days) if wanted else days)


def _begin(day: date, months: int, first_month: int) -> date:
    """The first day of the period in which a day lies."""
    past = (day.month - first_month) % 12 % months
    year, month = divmod(day.year * 12 + day.month - 1 - past, 12)
    return date(year, month + 1, 1)


def _before(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _end(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months - 1, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])
