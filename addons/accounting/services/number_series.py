"""The numbers that were given in each series, and those that no posted entry bears.

No posting leaves a gap: the number is given when it is committed. One that is found was made by
somebody with the rights of the database's owner, or by a restore that was cut short.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from core.api import Period, ReportTable

_SERIES: Final = text("""
SELECT series.id, series.prefix, series.digits, series.last_number, journal.code AS journal,
       year.name AS year, count(entry.id) AS entries
  FROM accounting.number_series AS series
  JOIN accounting.journal ON journal.id = series.journal_id
  JOIN accounting.fiscal_year AS year ON year.id = series.fiscal_year_id
  LEFT JOIN accounting.journal_entry AS entry ON entry.series_id = series.id
 GROUP BY series.id, journal.code, year.name, year.start_date
 ORDER BY year.start_date DESC, journal.code
""")
_GAPS: Final = text("""
SELECT series_id, previous + 1 AS first, sequence - 1 AS last FROM (
  SELECT series_id, sequence,
         lag(sequence, 1, 0) OVER (PARTITION BY series_id ORDER BY sequence) AS previous
    FROM (SELECT series_id, sequence FROM accounting.journal_entry WHERE series_id = ANY(:series)
          UNION ALL
          SELECT id, last_number + 1 FROM accounting.number_series WHERE id = ANY(:series)) AS known
) AS placed
 WHERE sequence > previous + 1
 ORDER BY series_id, sequence
""")


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that are missing, from the first to the last of them; `count` is how many."""

    first: str
    last: str
    count: int


@dataclass(frozen=True, slots=True)
class Series:
    """A journal's numbers in a fiscal year: how many entries bear one, and what is missing."""

    journal: str
    year: str
    first: str
    last: str
    entries: int
    gaps: tuple[Gap, ...]

    @property
    def missing(self) -> int:
        """How many numbers no entry bears."""
        return sum(gap.count for gap in self.gaps)


def series_of_books(session: Session) -> list[Series]:
    """All series, the latest year first. Only those whose count is wrong are read through."""
    rows = session.execute(_SERIES).mappings().all()
    odd = [row["id"] for row in rows if row["entries"] != row["last_number"]]
    gaps: dict[int, list[tuple[int, int]]] = {}
    for series, first, last in session.execute(_GAPS, {"series": odd}) if odd else ():
        gaps.setdefault(series, []).append((first, last))
    return [_series(row, gaps.get(row["id"], ())) for row in rows]


def number_gaps(session: Session, period: Period) -> ReportTable:
    """Each run of numbers that is missing. Numbers are of fiscal years, whatever the period."""
    rows = tuple(
        (series.journal, series.year, gap.first, gap.last, gap.count)
        for series in series_of_books(session)
        for gap in series.gaps
    )
    return ReportTable(
        ("journal", "year", "first", "last", "missing"), rows, {"missing": sum(r[4] for r in rows)}
    )


def _series(row: RowMapping, gaps: list[tuple[int, int]] | tuple[()]) -> Series:
    def number(place: int) -> str:
        return f"{row['prefix']}{place:0{row['digits']}}"

    return Series(
        journal=row["journal"],
        year=row["year"],
        first=number(1),
        last=number(row["last_number"]),
        entries=row["entries"],
        gaps=tuple(Gap(number(a), number(b), b - a + 1) for a, b in gaps),
    )
