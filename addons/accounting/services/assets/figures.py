"""What assets cost and what is written off, on any day, from their movements. A movement whose
entry is reversed counts until the day of its reversal, as in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_EFFECT: Final = """
WITH effect AS (
  SELECT move.asset_id, move.kind, move.date AS moved_on, move.date, move.cost,
         move.accumulated, move.surplus, move.impaired
    FROM accounting.asset_move AS move
   WHERE CAST(:ids AS bigint[]) IS NULL OR move.asset_id = ANY (:ids)
  UNION ALL
  SELECT move.asset_id, move.kind, move.date, undoing.date, -move.cost,
         -move.accumulated, -move.surplus, -move.impaired
    FROM accounting.asset_move AS move
    JOIN accounting.journal_entry AS undoing
      ON undoing.reverses_id = move.entry_id AND undoing.state = 'posted'
   WHERE CAST(:ids AS bigint[]) IS NULL OR move.asset_id = ANY (:ids)
)
"""
_OF_A_DAY: Final = """
SELECT effect.asset_id, sum(effect.cost) AS cost, sum(effect.accumulated) AS accumulated,
       sum(effect.surplus) AS surplus, sum(effect.impaired) AS impaired
  FROM effect WHERE CAST(:day AS date) IS NULL OR effect.date <= :day
 GROUP BY effect.asset_id
"""
_OF_THE_PLAN: Final = """
SELECT effect.asset_id, sum(effect.accumulated) AS taken
  FROM effect JOIN accounting.asset ON asset.id = effect.asset_id
 WHERE effect.kind = 'depreciation' AND effect.moved_on >= asset.plan_from
 GROUP BY effect.asset_id
"""
_FIGURES: Final = text(_EFFECT + _OF_A_DAY)
_TAKEN: Final = text(_EFFECT + _OF_THE_PLAN)
_USED: Final = text("""
SELECT usage.asset_id, sum(usage.units) AS used
  FROM accounting.asset_usage AS usage JOIN accounting.asset ON asset.id = usage.asset_id
 WHERE usage.date BETWEEN asset.plan_from AND :day
   AND (CAST(:ids AS bigint[]) IS NULL OR usage.asset_id = ANY (:ids))
 GROUP BY usage.asset_id
""")


@dataclass(frozen=True, slots=True)
class Figures:
    """What stands in the books for an asset."""

    cost: Decimal = Decimal(0)
    accumulated: Decimal = Decimal(0)
    surplus: Decimal = Decimal(0)
    impaired: Decimal = Decimal(0)

    @property
    def book_value(self) -> Decimal:
        """What is left of the cost."""
        return self.cost - self.accumulated


def figures(
    session: Session, on: date | None = None, ids: Iterable[int] | None = None
) -> dict[int, Figures]:
    """By asset, at the end of a day, or with everything that is posted."""
    session.flush()
    rows = session.execute(_FIGURES, {"day": on, "ids": _list(ids)})
    return {
        row.asset_id: Figures(row.cost, row.accumulated, row.surplus, row.impaired) for row in rows
    }


def figures_of(session: Session, asset_id: int) -> Figures:
    """What stands in the books for one asset."""
    return figures(session, ids=[asset_id]).get(asset_id, Figures())


def taken(session: Session, ids: Iterable[int] | None = None) -> dict[int, Decimal]:
    """By asset, what its present plan has taken so far."""
    session.flush()
    rows = session.execute(_TAKEN, {"ids": _list(ids)})
    return {row.asset_id: row.taken for row in rows}


def used(session: Session, day: date, ids: Iterable[int] | None = None) -> dict[int, Decimal]:
    """By asset, the units produced within its present plan up to a day."""
    rows = session.execute(_USED, {"ids": _list(ids), "day": day})
    return {row.asset_id: row.used for row in rows}


def _list(ids: Iterable[int] | None) -> list[int] | None:
    return None if ids is None else list(ids)
