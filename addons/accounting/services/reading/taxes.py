"""Bases and taxes by tax code, from the lines that bear one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class TaxFigures:
    """What was posted under a tax code: the bases and the tax, each by side."""

    code: str
    base_debit: Decimal
    base_credit: Decimal
    tax_debit: Decimal
    tax_credit: Decimal


_SUMS = """
SELECT line.tax_code,
       coalesce(sum(line.debit) FILTER (WHERE line.tax_role = 'base'), 0),
       coalesce(sum(line.credit) FILTER (WHERE line.tax_role = 'base'), 0),
       coalesce(sum(line.debit) FILTER (WHERE line.tax_role = 'tax'), 0),
       coalesce(sum(line.credit) FILTER (WHERE line.tax_role = 'tax'), 0)
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
 WHERE line.tax_code <> '' AND line.currency = :currency AND entry.number IS NOT NULL
   AND line.date BETWEEN :start AND :end {branches}
 GROUP BY line.tax_code ORDER BY line.tax_code
"""
_BARE = """
SELECT coalesce(sum(line.credit - line.debit), 0)
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
 WHERE line.account_id = ANY(CAST(:accounts AS bigint[])) AND line.tax_role <> 'tax'
   AND line.currency = :currency AND entry.number IS NOT NULL
   AND line.date BETWEEN :start AND :end {branches}
"""
_BRANCHES = "AND coalesce(entry.branch_id, 0) = ANY(CAST(:branches AS bigint[]))"


def tax_figures(
    session: Session,
    start: date,
    end: date,
    currency: str,
    branches: Collection[int] | None = None,
) -> list[TaxFigures]:
    """The sums of every tax code that was posted in these days."""
    given = {"start": start, "end": end, "currency": currency}
    return [TaxFigures(*row) for row in session.execute(*_narrowed(_SUMS, given, branches))]


def posted_without_code(
    session: Session,
    account_ids: Collection[int],
    start: date,
    end: date,
    currency: str,
    branches: Collection[int] | None = None,
) -> Decimal:
    """What was posted to these tax accounts by lines that are no tax of any code, as a credit:
    payments to the authority, and what somebody should look at."""
    given = {"start": start, "end": end, "currency": currency, "accounts": list(account_ids)}
    return session.execute(*_narrowed(_BARE, given, branches)).scalar_one()


def _narrowed(statement: str, given: dict, branches: Collection[int] | None) -> tuple:
    if branches is None:
        return text(statement.format(branches="")), given
    return text(statement.format(branches=_BRANCHES)), {**given, "branches": list(branches)}
