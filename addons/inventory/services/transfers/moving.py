"""Moves expected goods of a document at once, through every step on their way."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import MovedLine, Movement
from addons.inventory.services.transfers.checking import require_quantity
from addons.inventory.services.transfers.completing import complete
from addons.inventory.services.transfers.sheets import lock_sheet, lock_source
from addons.inventory.services.transfers.values import (
    ACTIVE_STATES,
    ZERO,
    LotPart,
    Sheet,
    Wanted,
)
from core.api import Conflict, phrase

_ORDER = ("receipt", "customer_return", "check", "store", "pick", "pack", "delivery")


def move(session: Session, movement: Movement) -> None:
    """Move these quantities of a document's lines through all steps that they have not taken yet.

    The same key of the same document again changes nothing. Raises Conflict where goods are
    missing or nothing was expected, InvalidInput where a lot is needed, and what `complete` raises.
    """
    for line in movement.lines:
        require_quantity(line.quantity)
    sheets = [
        sheet
        for sheet in lock_source(session, movement.source_type, movement.source_id)
        if sheet.way == movement.way
    ]
    if any(sheet.key == movement.key for sheet in sheets if sheet.key):
        return
    _require_known(sheets, movement)
    todo = [sheet.id for sheet in sheets if sheet.state in ACTIVE_STATES]
    kinds = {sheet.id: sheet.kind for sheet in sheets}
    todo.sort(key=lambda one: (_place(kinds[one]), one))
    last = kinds[todo[-1]] if todo else ""
    known = {sheet.id: sheet for sheet in sheets}
    for place, transfer_id in enumerate(todo):
        sheet = known[transfer_id] if place == 0 else lock_sheet(session, transfer_id)
        wanted = _wanted(sheet, sheets, movement, is_last=sheet.kind == last)
        if wanted and sheet.state in ACTIVE_STATES:
            key = movement.key if sheet.crosses else ""
            complete(session, sheet, wanted, day=movement.day, key=key)


def _require_known(sheets: Sequence[Sheet], movement: Movement) -> None:
    """Raise InvalidInput for a line of which nothing is expected any more."""
    expected = {
        line.source_line_id
        for sheet in sheets
        if sheet.state in ACTIVE_STATES and sheet.crosses
        for line in sheet.lines
    }
    for line in movement.lines:
        if line.line_id not in expected:
            raise Conflict(
                phrase("Nothing more of this line is expected to move."),
                fix=phrase("Open the document again to see how it stands."),
            )


def _wanted(
    sheet: Sheet, sheets: Sequence[Sheet], movement: Movement, *, is_last: bool
) -> dict[int, Wanted]:
    """What a step has to move so that the movement's quantities get through: less by what it has
    brought on already that the later steps have not taken."""
    wanted: dict[int, Wanted] = {}
    asked = {line.line_id: line for line in movement.lines}
    for line in sheet.lines:
        found = asked.get(line.source_line_id or 0)
        if found is None:
            continue
        ahead = ZERO if is_last else _ahead(sheet.kind, sheets, found)
        quantity = found.quantity - ahead
        if not sheet.crosses:
            quantity = min(quantity, line.left)
        if quantity > 0:
            wanted[line.id] = Wanted(quantity, _parts(found, quantity))
    return wanted


def _ahead(kind: str, sheets: Sequence[Sheet], line: MovedLine) -> Decimal:
    """How much of a line this step has moved beyond the step that comes after it."""
    moved: dict[str, Decimal] = {}
    for sheet in sheets:
        for one in sheet.lines:
            if one.source_line_id == line.line_id:
                moved[sheet.kind] = moved.get(sheet.kind, ZERO) + one.moved
    later = [one for one in moved if _place(one) > _place(kind)]
    if not later:
        return ZERO
    after = min(later, key=_place)
    return max(moved.get(kind, ZERO) - moved[after], ZERO)


def _parts(line: MovedLine, quantity: Decimal) -> tuple[LotPart, ...]:
    parts: list[LotPart] = []
    for name, of_lot in line.lots:
        taken = min(of_lot, quantity)
        if taken > 0:
            parts.append(LotPart(name.strip(), taken))
            quantity -= taken
    return tuple(parts)


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
