"""Putting a chart in: repeatable, and refused where books are kept by another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal, JournalLine
from addons.accounting.options import AccountingOptions
from addons.accounting.services.chart import LEVEL
from addons.accounting.services.charts.catalog import Chart, chart_named, charts
from core.api import Conflict, InvalidInput, announce, options, phrase, set_options

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock('accounting.account'::regclass::oid::bigint)")
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Installed:
    """How many accounts are new, and how many were there."""

    created: int
    kept: int


def install_chart(session: Session, key: str, language: str = "") -> Installed:
    """Put the chart's accounts and journals in, and choose the accounts that services post to.

    What is there stays as it is: accounts, and whatever the options say already. The company's
    currency and the first month of its year are taken from the chart as long as nothing is
    written. `language` is that of the accounts' second names, the chart's first by itself.
    Raises Conflict where entries stand on accounts that the chart does not have.
    """
    chart = chart_named(key)
    if language and language not in chart.languages:
        raise InvalidInput.of("language", phrase("The chart has no names in this language."))
    session.execute(_ONE_AT_A_TIME)
    _require_fitting(session, chart)
    created = _accounts(session, chart, language or chart.languages[0])
    _journals(session, chart)
    _decide(session, chart)
    announce(session, "accounting.accounts", *created)
    return Installed(len(created), len(chart.accounts) - len(created))


def installed_chart(session: Session) -> str:
    """The chart whose accounts are all there, by its key; empty if there is none."""
    known = set(session.scalars(select(Account.code)))
    for chart in charts():
        if known and all(account.code in known for account in chart.accounts):
            return chart.key
    return ""


def _require_fitting(session: Session, chart: Chart) -> None:
    wanted = {account.code: account for account in chart.accounts}
    used = select(JournalLine.id).where(JournalLine.account_id == Account.id).exists()
    # What lies below an account of the chart, such as its exchange differences, belongs to it.
    above = func.split_part(Account.code, LEVEL, 1)
    foreign = select(Account.code).where(used, above.not_in(wanted)).order_by(Account.code)
    codes = session.scalars(foreign.limit(_EXAMPLES)).all()
    if codes:
        count = session.scalar(select(func.count()).select_from(foreign.subquery()))
        raise Conflict(
            phrase(
                "Entries are written on {count} accounts that this chart does not have: {codes}.",
                count=count,
                codes=", ".join(codes),
            ),
            fix=phrase(
                "Keep your chart, and add the accounts that you miss by hand or from a file."
            ),
        )
    there = session.execute(
        select(Account.code, Account.type).where(Account.code.in_(wanted)).order_by(Account.code)
    )
    for code, kind in there:
        if kind != wanted[code].type:
            raise Conflict(
                phrase(
                    "Account {code} is there with the type {type}; the chart has it as {wanted}.",
                    code=code,
                    type=kind,
                    wanted=wanted[code].type,
                ),
                fix=phrase("Give that account another code first."),
            )


def _accounts(session: Session, chart: Chart, language: str) -> list[int]:
    rows = [
        {
            "code": account.code,
            "name": account.name,
            "name_local": account.names[language],
            "type": account.type,
            "subtype": account.subtype,
            "reconcilable": account.reconcilable,
            "report_line": account.report_line,
        }
        for account in chart.accounts
    ]
    statement = insert(Account).on_conflict_do_nothing().returning(Account.id)
    return list(session.scalars(statement, rows))


def _journals(session: Session, chart: Chart) -> None:
    session.execute(
        insert(Journal).on_conflict_do_nothing(),
        [{"code": item.code, "name": item.name, "type": item.type} for item in chart.journals],
    )


def _decide(session: Session, chart: Chart) -> None:
    company = options(session, AccountingOptions)
    changes: dict[str, Any] = {
        name: code for name, code in chart.defaults.items() if not getattr(company, name)
    }
    written = session.scalar(select(JournalLine.id).limit(1)) is not None
    if not written and chart.currency:
        changes["company_currency"] = chart.currency
    if not written and chart.fiscal_year_first_month:
        changes["fiscal_year_first_month"] = chart.fiscal_year_first_month
    if changes:
        set_options(session, AccountingOptions, **changes)
