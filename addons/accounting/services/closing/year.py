"""Closing and locking a fiscal year, with its periods."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import FiscalYear, Period
from addons.accounting.services import calendar
from addons.accounting.services.closing.doing import period_for_change, write_log
from core.api import Conflict, InvalidInput, phrase


def close_year(session: Session, year_id: int, reason: str = "") -> FiscalYear:
    """Close a year whose periods are closed. With a reason, periods that are still open are
    closed along, without their checklists: as a year from before these books are, say."""
    year, periods = _locked(session, year_id)
    if year.state != "open":
        raise Conflict(phrase("{year} is closed already.", year=year.name))
    _require_earlier_closed(session, year)
    still_open = [period for period in periods if period.state == "open"]
    if still_open and not reason.strip():
        raise InvalidInput.of(
            "reason",
            phrase(
                "Periods of {year} that are still open: {count}, the first is {period}.",
                count=len(still_open),
                year=year.name,
                period=still_open[0].name,
            ),
            fix=phrase("Close them by their checklists, or say why they are closed without."),
        )
    for period in still_open:
        write_log(session, period, "waived", reason=reason.strip())
        write_log(session, period, "closed", reason=reason.strip())
    calendar.set_year_state(session, year, "closed")
    return year


def lock_year(session: Session, year_id: int) -> FiscalYear:
    """Lock a closed year for good."""
    year, periods = _locked(session, year_id)
    if year.state == "open":
        raise Conflict(phrase("{year} is open.", year=year.name), fix=phrase("Close it first."))
    calendar.set_year_state(session, year, "locked")
    for period in periods:
        write_log(session, period, "locked")
    return year


def reopen_year(session: Session, year_id: int) -> FiscalYear:
    """Open a closed year. Its periods stay closed until each is reopened for a reason."""
    year, _ = _locked(session, year_id)
    if year.state == "open":
        raise Conflict(phrase("{year} is open already.", year=year.name))
    calendar.set_year_state(session, year, "open")
    return year


def _locked(session: Session, year_id: int) -> tuple[FiscalYear, list[Period]]:
    # Periods first, and in the order in which posting and closing lock them.
    last = session.scalars(
        select(Period.id)
        .where(Period.fiscal_year_id == year_id)
        .order_by(Period.start_date.desc())
        .limit(1)
    ).one_or_none()
    if last is not None:
        period_for_change(session, last)
    year = session.scalars(
        select(FiscalYear)
        .where(FiscalYear.id == year_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return year, list(year.periods)


def _require_earlier_closed(session: Session, year: FiscalYear) -> None:
    earlier = session.scalar(
        select(Period.name)
        .where(Period.end_date < year.start_date, Period.state == "open")
        .order_by(Period.start_date)
        .limit(1)
    )
    if earlier is not None:
        raise Conflict(
            phrase("{period} before it is still open.", period=earlier),
            fix=phrase("Close it first."),
        )
