"""Expects the goods of a document: one transfer for each step of their way, and what is promised
to them. Said again, it changes what has not moved yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from addons.catalog.api import DirectTo, Expectation, ExpectedLine
from addons.inventory.models import TransferLine
from addons.inventory.options import OperationOptions
from addons.inventory.services.reorder.taking_up import take_up
from addons.inventory.services.reservations.releasing import release_lines
from addons.inventory.services.reservations.reserving import (
    reserve,
    reserve_new,
    settle_states,
)
from addons.inventory.services.transfers.checking import require_quantity
from addons.inventory.services.transfers.days import reserve_until
from addons.inventory.services.transfers.places import Step, places_of, steps_of
from addons.inventory.services.transfers.sheets import lock_sheets, lock_source
from addons.inventory.services.transfers.values import (
    ACTIVE_STATES,
    INCOMING,
    ZERO,
    Sheet,
    SheetLine,
)
from addons.inventory.services.transfers.writing import (
    Head,
    NewLine,
    add_lines,
    add_transfer,
    close_empty,
    sheet_made,
)
from core.api import Conflict, announce, options, phrase, today

_QUANTITIES: Final = text("""
UPDATE inventory.transfer_line AS line SET quantity = new.quantity
  FROM unnest(CAST(:ids AS bigint[]), CAST(:quantities AS numeric[])) AS new (id, quantity)
 WHERE line.id = new.id
""")
_PRICES: Final = text("""
UPDATE inventory.transfer_line AS line SET unit_price = new.price
  FROM unnest(CAST(:ids AS bigint[]), CAST(:prices AS numeric[])) AS new (id, price)
 WHERE line.id = new.id AND line.unit_price <> new.price
""")
_DAY: Final = text("""
UPDATE inventory.transfer SET day = :day, version = version + 1, updated_at = now()
 WHERE id = ANY(CAST(:ids AS bigint[])) AND day <> :day AND state IN ('waiting', 'ready')
""")


def expect(session: Session, expectation: Expectation) -> None:
    """Expect these goods, or other quantities of them than before. A line that is not named stays
    as it is; a quantity of 0 withdraws it.

    Raises Conflict where less is expected than has moved, and InvalidInput for what is no quantity,
    no goods, or no warehouse.
    """
    for line in expectation.lines:
        require_quantity(line.quantity, zero=True)
    known = _Known([] if expectation.is_first else _transfers_of(session, expectation))
    _require_not_less(expectation, known)
    made: list[Sheet] = []
    touched = _write(session, expectation, known, made)
    if not touched:
        return
    _promise(session, touched, made)
    if expectation.way == "receipt" and expectation.direct is None and not known.sheets:
        take_up(session, expectation)
    announce(session, "inventory.transfers", *touched)


def _transfers_of(session: Session, expectation: Expectation) -> list[Sheet]:
    found = lock_source(session, expectation.source_type, expectation.source_id)
    return [sheet for sheet in found if sheet.way == expectation.way]


@dataclass(frozen=True, slots=True)
class _Known:
    """The transfers of a document's way so far."""

    sheets: Sequence[Sheet]

    def moved(self, kind: str, line_id: int) -> Decimal:
        return sum(
            (
                line.moved
                for sheet in self.sheets
                if sheet.kind == kind
                for line in sheet.lines
                if line.source_line_id == line_id
            ),
            ZERO,
        )

    def open_line(self, kind: str, line_id: int) -> SheetLine | None:
        """The line of this step that has not moved, of which there is one at the most."""
        for sheet in self.open_sheets(kind):
            for line in sheet.lines:
                if line.source_line_id == line_id:
                    return line
        return None

    def open_sheets(self, kind: str) -> list[Sheet]:
        return [
            sheet for sheet in self.sheets if sheet.kind == kind and sheet.state in ACTIVE_STATES
        ]


def _require_not_less(expectation: Expectation, known: _Known) -> None:
    more = 1 + expectation.over_tolerance / 100
    for line in expectation.lines:
        moved = known.moved(_crossing(expectation), line.line_id)
        if line.quantity * more < moved:
            raise Conflict(
                phrase(
                    "{moved} have moved already for {number}, more than {quantity}.",
                    moved=f"{moved.normalize():f}",
                    number=expectation.number,
                    quantity=f"{line.quantity.normalize():f}",
                ),
                fix=phrase("What was delivered or received is returned, not cancelled."),
            )


def _crossing(expectation: Expectation) -> str:
    """The kind of the step by which the goods cross the border of the company."""
    if expectation.direct is None:
        return expectation.way
    return "direct" if expectation.way == "receipt" else "direct_return"


def _meant_for(direct: DirectTo | None) -> dict[str, Any]:
    """What a transfer says of the customer's document."""
    if direct is None:
        return {}
    return {
        "for_type": direct.source_type,
        "for_id": direct.source_id,
        "for_number": direct.number,
        "for_contact_id": direct.contact_id,
    }


def _write(
    session: Session, expectation: Expectation, known: _Known, made: list[Sheet]
) -> list[int]:
    """Bring every step of the way up to what is expected; returns the transfers that changed, and
    leaves in `made` those that are new, the last step first."""
    warehouse = expectation.warehouse_id
    if warehouse is None and known.sheets:
        warehouse = known.sheets[-1].warehouse_id
    places = places_of(session, warehouse)
    head = Head(
        warehouse_id=places.warehouse_id,
        way=expectation.way,
        day=expectation.day,
        contact_id=expectation.contact_id,
        source_type=expectation.source_type,
        source_id=expectation.source_id,
        source_number=expectation.number,
        currency=expectation.currency,
        rate=expectation.rate,
        over_tolerance=expectation.over_tolerance,
        **_meant_for(expectation.direct),
    )
    feeds: dict[int, int] = {}
    touched: list[int] = []
    direct = expectation.direct is not None
    steps = steps_of(session, places, expectation.way, direct=direct)
    for step in reversed(steps):
        # Mostly the goods are there: what is written as ready is not written again.
        hopeful = step is steps[0] and _is_promised(session, step.kind, head.day)
        state = "ready" if hopeful else "waiting"
        touched += _write_step(session, expectation.lines, known, head, step, state, feeds, made)
    opened = [one.id for one in known.sheets if one.state in ACTIVE_STATES]
    if opened:
        session.execute(_DAY, {"ids": opened, "day": expectation.day})
    return touched


def _write_step(
    session: Session,
    lines: Sequence[ExpectedLine],
    known: _Known,
    head: Head,
    step: Step,
    state: str,
    feeds: dict[int, int],
    made: list[Sheet],
) -> list[int]:
    """One step: its open lines get their quantities, new ones are added, to a new transfer of this
    state where none is open. `feeds` holds the line of the step after it by the document's line,
    and afterwards those of this step."""
    new: list[ExpectedLine] = []
    quantities: list[Decimal] = []
    changed: dict[int, Decimal] = {}
    gone: list[int] = []
    here: dict[int, int] = {}
    prices: dict[int, Decimal] = {}
    for line in lines:
        wanted = max(line.quantity - known.moved(step.kind, line.line_id), ZERO)
        present = known.open_line(step.kind, line.line_id)
        if present is None and wanted > 0:
            new.append(line)
            quantities.append(wanted)
        elif present is not None and wanted == 0:
            gone.append(present.id)
        elif present is not None:
            here[line.line_id] = present.id
            prices[present.id] = line.unit_price
            if present.quantity != wanted:
                changed[present.id] = wanted
    touched = _change_lines(session, known, step, changed, gone, prices)
    if new:
        fresh = [
            NewLine(
                line.product_id,
                quantity,
                line.unit_price,
                line.line_id,
                feeds.get(line.line_id),
                for_line_id=line.for_line_id,
            )
            for line, quantity in zip(new, quantities, strict=True)
        ]
        opened = known.open_sheets(step.kind)
        target = opened[-1].id if opened else add_transfer(session, head, step, state)
        ids = add_lines(session, target, fresh)
        if not opened:
            made.append(sheet_made(head, step, state, target, zip(ids, fresh, strict=True)))
        here |= {line.line_id: one for line, one in zip(new, ids, strict=True)}
        touched.append(target)
    feeds.clear()
    feeds.update(here)
    return touched


def _change_lines(
    session: Session,
    known: _Known,
    step: Step,
    changed: dict[int, Decimal],
    gone: list[int],
    prices: dict[int, Decimal],
) -> list[int]:
    """Write quantities and prices, and take out what is not wanted any more. What was promised is
    promised anew afterwards."""
    opened = [sheet.id for sheet in known.open_sheets(step.kind)]
    if changed or gone:
        release_lines(session, [*changed, *gone])
    if changed:
        session.execute(_QUANTITIES, {"ids": list(changed), "quantities": list(changed.values())})
    if prices and step.kind in ("receipt", "direct"):
        session.execute(_PRICES, {"ids": list(prices), "prices": list(prices.values())})
    if gone:
        unfed = update(TransferLine).where(TransferLine.feeds_id.in_(gone))
        session.execute(unfed.values(feeds_id=None))
        session.execute(delete(TransferLine).where(TransferLine.id.in_(gone)))
        close_empty(session, opened)
    return opened if changed or gone else []


def _is_promised(session: Session, kind: str, day: date) -> bool:
    """Whether goods of a new step of that day are promised at once, or come from outside."""
    until = reserve_until(session, options(session, OperationOptions))
    return kind in INCOMING or (until is not None and day <= until)


def _promise(session: Session, touched: list[int], made: Sequence[Sheet]) -> None:
    """Reserve what the steps take out of stock, at once or when their day is near. A new step that
    waits for another new one holds nothing yet."""
    until = reserve_until(session, options(session, OperationOptions))
    now = today(session)
    if made and _is_promised(session, made[-1].kind, made[-1].day):
        reserve_new(session, made[-1], max(now, made[-1].day))
    older = sorted(set(touched) - {sheet.id for sheet in made})
    for sheet in lock_sheets(session, older) if older else ():
        if sheet.state in ACTIVE_STATES and until is not None and sheet.day <= until:
            reserve(session, sheet, max(now, sheet.day))
        else:
            settle_states(session, [sheet.id])
