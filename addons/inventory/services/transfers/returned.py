"""Goods that come back, at the cost they left with: which moves they bring back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.ledger.values import MoveDraft
from addons.inventory.services.transfers.values import Sheet, SheetLine
from core.api import Conflict, phrase

_COLUMNS: Final = """
SELECT went.id, went.lot_id,
       went.quantity - coalesce((SELECT sum(back.quantity) FROM inventory.move AS back
                                  WHERE back.reverses_id = went.id), 0) AS open
  FROM inventory.move AS went
  JOIN inventory.location AS start ON start.id = went.from_id
  JOIN inventory.location AS goal ON goal.id = went.to_id
"""
_OF_LINE: Final = text(
    f"{_COLUMNS} WHERE went.transfer_line_id = :line AND went.reverses_id IS NULL ORDER BY went.id"
)
# Of the document itself, and of goods that a supplier brought for it.
_WENT: Final = """
  SELECT id FROM inventory.move
   WHERE source_type = :type AND source_id = :id AND source_line_id = :line
  UNION ALL
  SELECT passed.id FROM inventory.transfer AS transfer
    JOIN inventory.transfer_line AS line ON line.transfer_id = transfer.id
     AND line.for_line_id = :line
    JOIN inventory.move AS passed ON passed.transfer_line_id = line.id
   WHERE transfer.for_type = :type AND transfer.for_id = :id
"""
_OF_SOURCE: Final = text(f"""{_COLUMNS}
 WHERE went.id IN ({_WENT})
   AND went.reverses_id IS NULL AND :outside IN (start.kind, goal.kind) ORDER BY went.id
""")


def bring_back(
    session: Session, sheet: Sheet, draft: MoveDraft, line: SheetLine
) -> list[MoveDraft]:
    """A move as one or several that bring back what the line, or its document's line, had moved
    the other way. Raises Conflict where that was less. Goods of which nobody knows how they went
    come back as they are."""
    if line.returns_line_id is not None:
        rows = session.execute(_OF_LINE, {"line": line.returns_line_id}).all()
    elif line.source_line_id is not None:
        outside = "customer" if sheet.kind == "customer_return" else "supplier"
        rows = session.execute(
            _OF_SOURCE,
            {
                "type": sheet.source_type,
                "id": sheet.source_id,
                "line": line.source_line_id,
                "outside": outside,
            },
        ).all()
    else:
        rows = []
    if not rows and line.returns_line_id is None:
        return [draft]
    drafts: list[MoveDraft] = []
    left: Decimal = draft.quantity
    for row in rows:
        quantity = min(left, row.open)
        if quantity > 0 and draft.lot_id in (None, row.lot_id):
            drafts.append(replace(draft, quantity=quantity, reverses_id=row.id))
            left -= quantity
    if left > 0:
        raise Conflict(
            phrase(
                "No more than {quantity} can be brought back.",
                quantity=f"{(draft.quantity - left).normalize():f}",
            ),
            fix=phrase("Only what was delivered or received, and of the same lot, comes back."),
        )
    return drafts
