"""Fiscal years and periods: their lists and what closes, reopens and locks them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models import FiscalYear, Period
from addons.accounting.permissions import CLOSE_PERIOD, LOCK_PERIOD, VIEW_BOOKS
from addons.accounting.services import calendar
from addons.accounting.services.closing import doing, year
from core.api import Access, Action, Column, Field, Filter, Operations, Resource, Section, Tone, msg

_STATES = (("open", msg("Open")), ("closed", msg("Closed")), ("locked", msg("Locked")))
_TONES: Final[tuple[tuple[str, Tone], ...]] = (("open", "good"),)


def _close_year(session: Session, fiscal_year: FiscalYear) -> None:
    year.close_year(session, fiscal_year.id)


def _reopen_year(session: Session, fiscal_year: FiscalYear) -> None:
    year.reopen_year(session, fiscal_year.id)


def _lock_year(session: Session, fiscal_year: FiscalYear) -> None:
    year.lock_year(session, fiscal_year.id)


def _close(session: Session, period: Period) -> None:
    doing.close(session, period.id)


def _lock(session: Session, period: Period) -> None:
    doing.lock(session, period.id)


def _is_open(record: FiscalYear | Period) -> bool:
    return record.state == "open"


def _is_closed(record: FiscalYear | Period) -> bool:
    return record.state == "closed"


_LOCK_FOR_GOOD = msg("What is locked can never be opened again. Lock it?")

FISCAL_YEARS: Final = Resource(
    name="fiscal-years",
    model=FiscalYear,
    title=msg("Fiscal years"),
    singular=msg("Fiscal year"),
    access=Access(VIEW_BOOKS, CLOSE_PERIOD, None, CLOSE_PERIOD),
    columns=(
        Column("name", msg("Name")),
        Column("start_date", msg("First day")),
        Column("end_date", msg("Last day")),
        Column("state", msg("State"), choices=_STATES, tones=_TONES),
    ),
    record_title=lambda year: year.name,
    form=(
        Section(
            msg("Fiscal year"),
            (
                Field("name", msg("Name")),
                Field("start_date", msg("First day")),
                Field("end_date", msg("Last day")),
                Field("state", msg("State"), choices=_STATES, readonly=True),
            ),
        ),
    ),
    order=("-start_date",),
    actions=(
        Action("close", msg("Close"), CLOSE_PERIOD, _close_year, when=_is_open, style="primary"),
        Action("reopen", msg("Reopen"), CLOSE_PERIOD, _reopen_year, when=_is_closed),
        Action(
            "lock",
            msg("Lock"),
            LOCK_PERIOD,
            _lock_year,
            when=_is_closed,
            confirm=_LOCK_FOR_GOOD,
            style="danger",
        ),
    ),
    operations=Operations(
        create=lambda session, values: calendar.create_year(
            session, values["name"], values["start_date"], values["end_date"]
        ),
        delete=calendar.delete_year,
    ),
)

PERIODS: Final = Resource(
    name="periods",
    model=Period,
    title=msg("Periods"),
    singular=msg("Period"),
    access=Access(VIEW_BOOKS),
    columns=(
        Column("name", msg("Name")),
        Column("start_date", msg("First day")),
        Column("end_date", msg("Last day")),
        Column("fiscal_year.name", msg("Fiscal year")),
        Column("state", msg("State"), choices=_STATES, tones=_TONES),
    ),
    record_title=lambda period: period.name,
    filters=(Filter("state", msg("State"), choices=_STATES),),
    order=("-start_date",),
    # A closed period is reopened where its reason is asked for: on the page of its checklist.
    actions=(
        Action("close", msg("Close"), CLOSE_PERIOD, _close, when=_is_open, style="primary"),
        Action(
            "lock",
            msg("Lock"),
            LOCK_PERIOD,
            _lock,
            when=_is_closed,
            confirm=_LOCK_FOR_GOOD,
            style="danger",
        ),
    ),
)
