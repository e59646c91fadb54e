"""What a line of a budget is about: accounts, a branch, a value of a dimension; and what the books
say of exactly that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from addons.accounting.extension_points import BudgetCommitments
from addons.accounting.models import Account, Budget, BudgetLine, BudgetOverride, FiscalYear
from addons.accounting.options import AccountingOptions
from addons.accounting.services.assets.schedule import month_end
from addons.accounting.services.money import split
from core.api import extensions, options

_ZERO: Final = Decimal(0)
# Whole and posted lines, those of this transaction included; of a dimension the share in percent.
_ACTUAL: Final = text("""
WITH asked AS (
  SELECT * FROM unnest(CAST(:places AS integer[]), CAST(:starts AS date[]), CAST(:ends AS date[]),
                       CAST(:branches AS bigint[]), CAST(:dimensions AS text[]),
                       CAST(:values AS text[]))
    AS asked (place, first_day, last_day, branch_id, dimension, value)
), of_account AS (
  SELECT * FROM unnest(CAST(:of AS integer[]), CAST(:accounts AS bigint[]))
    AS of_account (place, account_id)
)
SELECT asked.place,
       sum(CASE WHEN asked.value IS NULL THEN line.amount ELSE line.amount
           * CAST(line.analytic #>> ARRAY[asked.dimension, asked.value] AS numeric) / 100 END)
  FROM asked JOIN of_account USING (place)
  JOIN accounting.journal_line AS line ON line.account_id = of_account.account_id
   AND line.date BETWEEN asked.first_day AND asked.last_day AND line.currency = :currency
   AND (asked.value IS NULL OR line.analytic #> ARRAY[asked.dimension, asked.value] IS NOT NULL)
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id AND entry.state = 'posted'
   AND (asked.branch_id IS NULL OR entry.branch_id = asked.branch_id)
 GROUP BY asked.place
""")


@dataclass(frozen=True, slots=True)
class Target:
    """What is budgeted; lines of several months share one. `sign` is -1 for income."""

    account_id: int | None
    prefix: str
    report_line: str
    branch_id: int | None
    dimension_id: int | None
    value_id: int | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A target with what is planned for each month, and what was allowed on top."""

    target: Target
    title: str
    line_ids: tuple[int, ...]
    account_ids: frozenset[int]
    is_income: bool
    months: Mapping[date, Decimal]
    allowed_more: Decimal

    def between(self, start: date, end: date) -> Decimal:
        """What is planned for the months that begin between two days."""
        return sum((a for month, a in self.months.items() if start <= month <= end), _ZERO)


def planned(session: Session, budget: Budget) -> list[Planned]:
    """The targets of a budget in the order of its lines."""
    grouped: dict[Target, list[BudgetLine]] = {}
    for line in budget.lines:
        grouped.setdefault(target_of(line), []).append(line)
    months = months_of(budget.fiscal_year)
    more = _overrides(session, budget)
    return [_planned(session, target, lines, months, more) for target, lines in grouped.items()]


def target_of(line: BudgetLine) -> Target:
    """What a line is about."""
    value = line.dimension_value
    return Target(
        line.account_id,
        line.prefix,
        line.report_line,
        line.branch_id,
        value.dimension_id if value else None,
        value.id if value else None,
    )


def months_of(year: FiscalYear) -> list[date]:
    """The first days of the calendar months that the year touches."""
    first, months = year.start_date.replace(day=1), []
    while first <= year.end_date:
        months.append(first)
        first = month_end(first) + timedelta(days=1)
    return months


def actual(session: Session, plan: Planned, start: date, end: date) -> Decimal:
    """What is posted to the target between two days; positive where the plan is met."""
    (found,) = actuals(session, [(plan, start, end)])
    return found


def actuals(session: Session, asked: Sequence[tuple[Planned, date, date]]) -> list[Decimal]:
    """The same for many targets and days, read at once and in the order given."""
    pairs = [(place, one) for place, (plan, *_) in enumerate(asked) for one in plan.account_ids]
    targets = [plan.target for plan, *_ in asked]
    rows = session.execute(
        _ACTUAL,
        {
            "places": list(range(len(asked))),
            "starts": [start for _, start, _ in asked],
            "ends": [end for *_, end in asked],
            "branches": [one.branch_id for one in targets],
            "dimensions": [_text(one.dimension_id) for one in targets],
            "values": [_text(one.value_id) for one in targets],
            "of": [place for place, _ in pairs],
            "accounts": [account_id for _, account_id in pairs],
            "currency": options(session, AccountingOptions).company_currency,
        },
    )
    amounts = {row[0]: row[1] for row in rows}
    found = [amounts.get(place, _ZERO) for place in range(len(asked))]
    signed = zip(asked, found, strict=True)
    return [-amount if plan.is_income and amount else amount for (plan, *_), amount in signed]


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def committed(session: Session, plan: Planned, start: date, end: date) -> Decimal:
    """What other addons have ordered on the target's accounts and is not posted yet."""
    return sum(
        (
            source.committed(session, plan.account_ids, start, end, plan.target.branch_id)
            for source in extensions(session, BudgetCommitments).values()
        ),
        _ZERO,
    )


def _planned(
    session: Session,
    target: Target,
    lines: Iterable[BudgetLine],
    months: list[date],
    more: Mapping[int, Decimal],
) -> Planned:
    currency = options(session, AccountingOptions).company_currency
    sums, ids = dict.fromkeys(months, _ZERO), []
    for line in lines:
        ids.append(line.id)
        if line.month is not None:
            sums[line.month] = sums.get(line.month, _ZERO) + line.amount
            continue
        parts = split(line.amount, [Decimal(1)] * len(months), currency)
        for month, part in zip(months, parts, strict=True):
            sums[month] += part
    accounts = session.scalars(_accounts(target)).all()
    return Planned(
        target,
        _title(session, target, accounts[0] if target.account_id and accounts else None),
        tuple(ids),
        frozenset(account.id for account in accounts),
        bool(accounts) and all(account.type == "income" for account in accounts),
        sums,
        sum((more.get(line_id, _ZERO) for line_id in ids), _ZERO),
    )


def _accounts(target: Target) -> Select[Account]:
    if target.account_id is not None:
        return select(Account).where(Account.id == target.account_id)
    if target.prefix:
        return select(Account).where(Account.code.startswith(target.prefix, autoescape=True))
    return select(Account).where(Account.report_line == target.report_line)


def _title(session: Session, target: Target, account: Account | None) -> str:
    title = (
        account.code if account else f"{target.prefix}…" if target.prefix else target.report_line
    )
    parts = [title]
    if target.value_id is not None:
        parts.append(str(session.scalar(_VALUE_NAME, {"id": target.value_id})))
    if target.branch_id is not None:
        parts.append(str(session.scalar(_BRANCH_NAME, {"id": target.branch_id})))
    return " · ".join(parts)


_VALUE_NAME: Final = text("SELECT name FROM accounting.dimension_value WHERE id = :id")
_BRANCH_NAME: Final = text("SELECT name FROM core.branch WHERE id = :id")


def _overrides(session: Session, budget: Budget) -> dict[int, Decimal]:
    ids = [line.id for line in budget.lines]
    found: dict[int, Decimal] = {}
    for one in session.scalars(
        select(BudgetOverride).where(BudgetOverride.budget_line_id.in_(ids))
    ):
        found[one.budget_line_id] = found.get(one.budget_line_id, _ZERO) + one.amount
    return found
