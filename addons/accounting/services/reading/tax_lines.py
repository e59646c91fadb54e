"""The posted lines that bear a tax: summed for a return, listed behind one of its boxes, and named
by id for its evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class TaxLineQuery:
    """Which lines: those of these days, and of these ids whatever their day. Without days, the
    ids alone."""

    currency: str
    start: date | None = None
    end: date | None = None
    ids: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class TaxSum:
    """Lines that stand alike, added up. `credit` says on which side they are; `against` that the
    tax runs against its base, as the other leg of a reverse charge and a withheld tax do; `lone`
    that their entries have no line with the base, which then is in `tax_base` alone."""

    tax_code: str
    role: str
    account_id: int
    credit: bool
    against: bool
    lone: bool
    amount: Decimal
    tax_base: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One line, with what its entry says."""

    id: int
    entry_id: int
    number: str
    date: date
    partner: str
    text: str
    tax_code: str
    role: str
    account_id: int
    account: str
    amount: Decimal
    tax_base: Decimal | None
    original_amount: Decimal | None
    original_currency: str


@dataclass(frozen=True, slots=True)
class EntryTax:
    """One tax of one entry: its base lines, and its tax lines along and against their base.
    `stated_base` is what the tax lines say that they were worked out from."""

    entry_id: int
    number: str
    date: date
    partner: str
    code: str
    base: Decimal
    bases: int
    along: Decimal
    against: Decimal
    stated_base: Decimal | None


_DETAILS = "line.label, line.original_amount, line.original_currency"
# Drafts are few beside what is posted, so that leaving them out is quicker than a join.
_CHOSEN = """
SELECT line.id, line.entry_id, line.date, line.tax_code, line.tax_role, line.account_id,
       line.amount, line.tax_base {details}
  FROM accounting.journal_line AS line
 WHERE line.tax_code <> '' AND line.currency = :currency AND {which}
   AND line.entry_id NOT IN (SELECT id FROM accounting.journal_entry WHERE number IS NULL)
"""
_SUMS = """
WITH chosen AS MATERIALIZED ({chosen}),
lone AS (
  SELECT DISTINCT tax.entry_id FROM chosen AS tax
   WHERE tax.tax_role = 'tax' AND NOT EXISTS (
     SELECT 1 FROM chosen AS base
      WHERE base.entry_id = tax.entry_id AND base.tax_role = 'base')
)
SELECT tax_code, tax_role, account_id, amount < 0,
       coalesce(sign(amount) = - sign(tax_base) AND amount <> 0, false),
       lone.entry_id IS NOT NULL, sum(amount), coalesce(sum(tax_base), 0), count(*)
  FROM chosen LEFT JOIN lone USING (entry_id)
 GROUP BY 1, 2, 3, 4, 5, 6
 ORDER BY 1, 2, 3, 4, 5, 6
"""
_COUNT = "SELECT count(*) FROM ({chosen}) AS picked"
_IDS = "SELECT picked.id FROM ({chosen}) AS picked ORDER BY picked.id"
_LINES = """
SELECT picked.id, picked.entry_id, entry.number, picked.date, entry.partner,
       coalesce(nullif(picked.label, ''), entry.narration), picked.tax_code, picked.tax_role,
       picked.account_id, account.code, picked.amount, picked.tax_base, picked.original_amount,
       picked.original_currency
  FROM ({chosen}) AS picked
  JOIN accounting.journal_entry AS entry ON entry.id = picked.entry_id
  JOIN accounting.account AS account ON account.id = picked.account_id
 WHERE string_to_array(picked.tax_code, ',') && CAST(:codes AS text[])
   AND (picked.date, picked.id) > (CAST(:after_day AS date), CAST(:after_id AS bigint))
 ORDER BY picked.date, picked.id LIMIT :limit
"""
_BY_ENTRY = """
SELECT entry.id, entry.number, entry.date, entry.partner, named.code,
       coalesce(sum(picked.amount) FILTER (WHERE picked.tax_role = 'base'), 0),
       count(*) FILTER (WHERE picked.tax_role = 'base'),
       coalesce(sum(picked.amount) FILTER (WHERE picked.tax_role = 'tax'
         AND NOT coalesce(picked.amount * picked.tax_base < 0, false)), 0),
       coalesce(sum(picked.amount) FILTER (WHERE picked.tax_role = 'tax'
         AND picked.amount * picked.tax_base < 0), 0),
       coalesce(sum(picked.tax_base) FILTER (WHERE picked.amount * picked.tax_base >= 0),
                sum(picked.tax_base))
  FROM ({chosen}) AS picked
  JOIN accounting.journal_entry AS entry ON entry.id = picked.entry_id
 CROSS JOIN LATERAL unnest(string_to_array(picked.tax_code, ',')) AS named (code)
 GROUP BY entry.id, named.code ORDER BY entry.date, entry.id, named.code
"""
_USED = text("""
SELECT given.code FROM unnest(CAST(:codes AS text[])) AS given (code)
 WHERE EXISTS (SELECT 1 FROM accounting.journal_line AS line
                WHERE line.tax_code <> '' AND given.code = ANY(string_to_array(line.tax_code, ',')))
""")


def tax_sums(session: Session, query: TaxLineQuery) -> list[TaxSum]:
    """The lines added up by what a return tells apart."""
    chosen, given = _chosen(query)
    return [TaxSum(*row) for row in session.execute(text(_SUMS.format(chosen=chosen)), given)]


def tax_line_ids(session: Session, query: TaxLineQuery) -> list[int]:
    """The ids of the lines, ascending."""
    chosen, given = _chosen(query)
    return list(session.scalars(text(_IDS.format(chosen=chosen)), given))


def count_tax_lines(session: Session, query: TaxLineQuery) -> int:
    """How many lines bear a tax: a quick sign that nothing changed."""
    chosen, given = _chosen(query)
    return session.execute(text(_COUNT.format(chosen=chosen)), given).scalar_one()


def tax_lines(
    session: Session,
    query: TaxLineQuery,
    codes: Iterable[str],
    *,
    limit: int,
    after: tuple[date, int] = (date.min, 0),
) -> Sequence[TaxLine]:
    """The lines of these tax codes, oldest first; `after` is where the last page ended."""
    chosen, given = _chosen(query, _DETAILS)
    given |= {"codes": list(codes), "limit": limit, "after_day": after[0], "after_id": after[1]}
    return [TaxLine(*row) for row in session.execute(text(_LINES.format(chosen=chosen)), given)]


def taxes_by_entry(session: Session, query: TaxLineQuery) -> Iterator[EntryTax]:
    """Each tax of each entry, oldest first."""
    chosen, given = _chosen(query)
    for row in session.execute(text(_BY_ENTRY.format(chosen=chosen)), given):
        yield EntryTax(*row)


def used_tax_codes(session: Session, codes: Collection[str]) -> set[str]:
    """Those of the codes that a line bears, drafts included."""
    return set(session.scalars(_USED, {"codes": list(codes)})) if codes else set()


def _chosen(query: TaxLineQuery, details: str = "") -> tuple[str, dict[str, Any]]:
    given: dict[str, Any] = {"currency": query.currency}
    which: list[str] = []
    if query.start is not None or query.end is not None:
        which.append("line.date BETWEEN :start AND :end")
        given |= {"start": query.start or date.min, "end": query.end or date.max}
    if query.ids or not which:
        which.append("line.id = ANY(CAST(:ids AS bigint[]))")
        given["ids"] = list(query.ids)
    # Two branches instead of an OR, so that each can go by its index.
    more = f", {details}" if details else ""
    parts = [_CHOSEN.format(which=part, details=more) for part in which]
    return " UNION ".join(parts) if len(parts) > 1 else parts[0], given
