"""Writes transfers and lines in few statements, whoever asked for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.models import Transfer, TransferLine
from addons.inventory.services.ledger.together import insert_one, insert_together
from addons.inventory.services.transfers.places import Step
from addons.inventory.services.transfers.values import ZERO, Sheet, SheetLine
from core.api import announce


@dataclass(frozen=True, slots=True)
class Head:
    """What all steps of a way have in common."""

    warehouse_id: int
    way: str
    day: date
    contact_id: int | None = None
    source_type: str = ""
    source_id: int | None = None
    source_number: str = ""
    currency: str = ""
    rate: Decimal = Decimal(1)
    over_tolerance: Decimal = ZERO
    reason: str = ""
    backorder_of_id: int | None = None
    returns_id: int | None = None
    for_type: str = ""
    for_id: int | None = None
    for_number: str = ""
    for_contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be."""

    product_id: int
    quantity: Decimal
    unit_price: Decimal = ZERO
    source_line_id: int | None = None
    feeds_id: int | None = None
    returns_line_id: int | None = None
    for_line_id: int | None = None


def add_transfer(session: Session, head: Head, step: Step, state: str) -> int:
    """A transfer for one step of a way, without lines."""
    values = {name: getattr(head, name) for name in Head.__dataclass_fields__}
    places = {"from_location_id": step.from_id, "to_location_id": step.to_id}
    row = {"kind": step.kind, "state": state, **places, **values}
    return insert_one(session, Transfer, row)


def add_lines(session: Session, transfer_id: int, lines: Sequence[NewLine]) -> list[int]:
    """Lines of a transfer, behind those it has; their ids in the order given."""
    if not lines:
        return []
    rows = [
        {
            "transfer_id": transfer_id,
            "position": place,
            **{name: getattr(line, name) for name in NewLine.__dataclass_fields__},
        }
        for place, line in enumerate(lines, start=1)
    ]
    return insert_together(session, TransferLine, rows)


def sheet_made(
    head: Head, step: Step, state: str, transfer_id: int, lines: Iterable[tuple[int, NewLine]]
) -> Sheet:
    """A transfer that was just made, without reading it again."""
    return Sheet(
        id=transfer_id,
        kind=step.kind,
        way=head.way,
        state=state,
        number=None,
        warehouse_id=head.warehouse_id,
        from_id=step.from_id,
        to_id=step.to_id,
        contact_id=head.contact_id,
        day=head.day,
        source_type=head.source_type,
        source_id=head.source_id,
        source_number=head.source_number,
        key="",
        currency=head.currency,
        rate=head.rate,
        over_tolerance=head.over_tolerance,
        reason=head.reason,
        lines=tuple(
            SheetLine(
                line_id,
                line.product_id,
                line.quantity,
                ZERO,
                line.unit_price,
                line.source_line_id,
                line.feeds_id,
                line.returns_line_id,
                line.for_line_id,
            )
            for line_id, line in lines
        ),
        for_type=head.for_type,
        for_id=head.for_id,
        for_number=head.for_number,
        for_contact_id=head.for_contact_id,
    )


def close_empty(session: Session, transfer_ids: Sequence[int]) -> None:
    """Cancel open transfers of which no line is left."""
    session.execute(_CLOSE_EMPTY, {"ids": sorted(set(transfer_ids))})
    announce(session, "inventory.transfers", *transfer_ids)


_CLOSE_EMPTY = text("""
UPDATE inventory.transfer AS transfer
   SET state = 'cancelled', version = version + 1, updated_at = now()
 WHERE transfer.id = ANY(CAST(:ids AS bigint[])) AND transfer.state IN ('waiting', 'ready')
   AND NOT EXISTS (SELECT 1 FROM inventory.transfer_line AS line
                    WHERE line.transfer_id = transfer.id)
""")
