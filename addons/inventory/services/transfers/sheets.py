"""Reading transfers, and locking them: the document first, so that its lines stand still."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.inventory.models import Transfer, TransferLine
from addons.inventory.services.ledger.balances import id_array
from addons.inventory.services.transfers.values import Sheet, SheetLine
from core.api import (
    NotFound,
    fetch_rows,
    phrase,
)

_HEAD: Final = (
    Transfer.id,
    Transfer.kind,
    Transfer.way,
    Transfer.state,
    Transfer.number,
    Transfer.warehouse_id,
    Transfer.from_location_id,
    Transfer.to_location_id,
    Transfer.contact_id,
    Transfer.day,
    Transfer.source_type,
    Transfer.source_id,
    Transfer.source_number,
    Transfer.key,
    Transfer.currency,
    Transfer.rate,
    Transfer.over_tolerance,
    Transfer.reason,
    Transfer.for_type,
    Transfer.for_id,
    Transfer.for_number,
    Transfer.for_contact_id,
)
_LINE: Final = (
    TransferLine.id,
    TransferLine.product_id,
    TransferLine.quantity,
    TransferLine.moved,
    TransferLine.unit_price,
    TransferLine.source_line_id,
    TransferLine.feeds_id,
    TransferLine.returns_line_id,
    TransferLine.for_line_id,
)
# Built once: every delivery asks them.
_OF_SOURCE: Final = (
    select(*_HEAD)
    .where(
        Transfer.source_type == bindparam("source_type"),
        Transfer.source_id == bindparam("source_id"),
        Transfer.state != "cancelled",
    )
    .order_by(Transfer.id)
    .with_for_update()
)
_LINES: Final = (
    select(TransferLine.transfer_id, *_LINE)
    .where(TransferLine.transfer_id == func.any(bindparam("transfers", type_=ARRAY(BIGINT))))
    .order_by(TransferLine.position, TransferLine.id)
)


def lock_sheet(session: Session, transfer_id: int) -> Sheet:
    """A transfer with its lines, which nobody else changes until the commit. Raises NotFound."""
    sheets = lock_sheets(session, [transfer_id])
    if not sheets:
        raise NotFound(phrase("There is no such transfer."))
    return sheets[0]


def lock_sheets(
    session: Session, transfer_ids: Sequence[int], *, skip_locked: bool = False
) -> list[Sheet]:
    """These transfers with their lines, in ascending order; those that somebody else is about to
    change are left out if they may be skipped."""
    wanted = select(*_HEAD).where(Transfer.id == _any(transfer_ids)).order_by(Transfer.id)
    return _with_lines(
        session, session.execute(wanted.with_for_update(skip_locked=skip_locked)).all()
    )


def lock_source(session: Session, source_type: str, source_id: int) -> list[Sheet]:
    """The transfers that a document asked for, but those that were cancelled."""
    asked = {"source_type": source_type, "source_id": source_id}
    return _with_lines(session, fetch_rows(session, _OF_SOURCE, asked))


def sheet_of(session: Session, transfer_id: int) -> Sheet:
    """A transfer with its lines, to look at. Raises NotFound."""
    found = _with_lines(
        session, session.execute(select(*_HEAD).where(Transfer.id == transfer_id)).all()
    )
    if not found:
        raise NotFound(phrase("There is no such transfer."))
    return found[0]


def _with_lines(session: Session, heads: Sequence[Any]) -> list[Sheet]:
    if not heads:
        return []
    lines: dict[int, list[SheetLine]] = defaultdict(list)
    for row in fetch_rows(session, _LINES, {"transfers": [head[0] for head in heads]}):
        lines[row.transfer_id].append(_line(row))
    return [_sheet(head, tuple(lines[head[0]])) for head in heads]


def _line(row: Any) -> SheetLine:
    return SheetLine(*row[1:])


def _sheet(head: Any, lines: tuple[SheetLine, ...]) -> Sheet:
    # What a transfer is for stands behind its lines.
    values: list[Any] = [*head[:18], lines, *head[18:]]
    return Sheet(*values)


def _any(ids: Sequence[int]) -> Any:
    return func.any(id_array(ids))
