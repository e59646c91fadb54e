"""Brings goods of a done transfer back: a new transfer the other way, of as much as is left."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.transfers.places import Step
from addons.inventory.services.transfers.sheets import lock_sheet
from addons.inventory.services.transfers.values import ZERO, Sheet
from addons.inventory.services.transfers.writing import Head, NewLine, add_lines, add_transfer
from core.api import Conflict, phrase, today

_KINDS: Final[Mapping[str, str]] = {
    "receipt": "supplier_return",
    "delivery": "customer_return",
    "customer_return": "delivery",
    "supplier_return": "receipt",
    "direct": "direct_return",
    "direct_return": "direct",
}
_WAYS: Final[Mapping[str, str]] = {"direct": "receipt", "direct_return": "supplier_return"}
# What was asked to come back in open returns counts as well, so that two are not made of one.
_BACK: Final = text("""
SELECT line.returns_line_id, sum(CASE WHEN transfer.state = 'done' THEN line.moved
                                      ELSE line.quantity END) AS quantity
  FROM inventory.transfer_line AS line
  JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE line.returns_line_id = ANY(CAST(:lines AS bigint[])) AND transfer.state <> 'cancelled'
 GROUP BY line.returns_line_id
""")


def returnable(session: Session, sheet: Sheet) -> dict[int, Decimal]:
    """How much of each line of a done transfer can still be brought back."""
    rows = session.execute(_BACK, {"lines": [line.id for line in sheet.lines]})
    back = {row.returns_line_id: row.quantity for row in rows}
    left = {line.id: line.moved - back.get(line.id, ZERO) for line in sheet.lines}
    return {line: quantity for line, quantity in left.items() if quantity > 0}


def make_return(
    session: Session, transfer_id: int, quantities: Mapping[int, Decimal] | None = None
) -> int:
    """A draft that brings back these quantities of the lines of a done transfer, or all that can
    be. Raises Conflict for one that is not done, and where more would come back than went."""
    sheet = lock_sheet(session, transfer_id)
    if sheet.state != "done":
        raise Conflict(
            phrase("{transfer} has moved nothing yet.", transfer=sheet.called),
            fix=phrase("Cancel it instead."),
        )
    left = returnable(session, sheet)
    wanted = dict(left) if quantities is None else {k: v for k, v in quantities.items() if v > 0}
    if not wanted or any(quantity > left.get(line, ZERO) for line, quantity in wanted.items()):
        raise Conflict(
            phrase("More would come back than {transfer} has moved.", transfer=sheet.called),
            fix=phrase("Other returns of it may be open or done: they are named beside it."),
        )
    kind = _KINDS.get(sheet.kind, "internal")
    head = Head(
        warehouse_id=sheet.warehouse_id,
        way=_WAYS.get(kind, kind) if kind in _KINDS else "",
        day=today(session),
        contact_id=sheet.contact_id,
        source_type=sheet.source_type,
        source_id=sheet.source_id,
        source_number=sheet.source_number,
        currency=sheet.currency,
        rate=sheet.rate,
        returns_id=sheet.id,
        for_type=sheet.for_type,
        for_id=sheet.for_id,
        for_number=sheet.for_number,
        for_contact_id=sheet.for_contact_id,
    )
    made = add_transfer(session, head, Step(kind, sheet.to_id, sheet.from_id), "draft")
    add_lines(
        session,
        made,
        [
            NewLine(
                line.product_id,
                wanted[line.id],
                line.unit_price,
                line.source_line_id,
                None,
                line.id,
                line.for_line_id,
            )
            for line in sheet.lines
            if line.id in wanted
        ],
    )
    return made
