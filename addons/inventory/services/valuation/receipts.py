"""Receipts to choose from, where costs go onto their goods."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Suggestion

_RECENT = text("""
SELECT move.number, max(move.day) AS day, count(*) AS goods
  FROM inventory.move
  JOIN inventory.location AS place ON place.id = move.from_id AND place.kind = 'supplier'
 WHERE move.number <> '' AND position(lower(:typed) in lower(move.number)) > 0
   AND move.day > (SELECT max(day) FROM inventory.move) - 400
 GROUP BY move.number ORDER BY max(move.day) DESC, move.number DESC LIMIT 10
""")


def suggest_receipts(session: Session, typed: str) -> Sequence[Suggestion]:
    """Receipts of the last year whose number holds what was typed, the newest first."""
    rows = session.execute(_RECENT, {"typed": typed.strip()})
    return [Suggestion(row.number, f"{row.number} · {row.day:%Y-%m-%d}") for row in rows]
