"""The only writer of moves and of what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from addons.inventory.services.ledger.values import MoveDraft, Posted, Source


def post_moves(
    session: Session,
    moves: Sequence[MoveDraft],
    *,
    day: date,
    number: str,
    reason: str,
    contact_id: int | None = None,
    branch_id: int | None = None,
    source: Source = Source(),
) -> Posted:
    """Write moves and value them, and tell it by one StockValued.

    Locks the products in ascending order until the commit; a caller that locks documents does it
    before. Raises InvalidInput, naming the field, for what cannot be a move; Conflict where goods
    are missing and may not be, where a day before the last move is forbidden, and where more is
    brought back than went; what `require_open` raises where the day is closed.
    """
    raise NotImplementedError
