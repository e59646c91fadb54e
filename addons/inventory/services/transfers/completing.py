"""Doing a transfer: its goods move, what is left becomes a back-order, the next step gets what
arrived, and the document that asked is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.inventory.events import GoodsLine, GoodsMoved
from addons.inventory.options import OperationOptions
from addons.inventory.services.counts.freezing import require_not_frozen
from addons.inventory.services.ledger.posting import post_moves
from addons.inventory.services.ledger.values import MoveDraft, Posted, PostedMove, Role, Source
from addons.inventory.services.packages.settling import settle_packages
from addons.inventory.services.reservations.releasing import use_parts
from addons.inventory.services.reservations.reserving import reserve_waiting
from addons.inventory.services.transfers.checking import require_goods, require_quantity
from addons.inventory.services.transfers.days import reserve_until
from addons.inventory.services.transfers.following import drop_rest, feed_next, make_backorder
from addons.inventory.services.transfers.planning import Plan, plan
from addons.inventory.services.transfers.returned import bring_back
from addons.inventory.services.transfers.values import (
    ACTIVE_STATES,
    INBOUND,
    ZERO,
    Done,
    Part,
    Sheet,
    SheetLine,
    Wanted,
)
from core.api import (
    Conflict,
    InvalidInput,
    announce,
    emit,
    fetch_value,
    options,
    phrase,
    take_number,
    today,
)

_SERIES: Final[Mapping[str, str]] = {
    "receipt": "receipt_number",
    "delivery": "delivery_number",
    "customer_return": "return_number",
    "supplier_return": "return_number",
    "scrap": "scrap_number",
    "consume": "scrap_number",
    "direct": "direct_number",
    "direct_return": "return_number",
}
_ROLES: Final[Mapping[str, Role]] = {"scrap": "scrap", "consume": "consumed"}
# The lines are counted, so that they are written before their transfer is done and they stay.
_DONE: Final = text("""
WITH gone AS (DELETE FROM inventory.pick
               WHERE line_id = ANY(CAST(:lines AS bigint[])) AND package_id IS NULL),
     used AS (DELETE FROM inventory.reservation WHERE id = ANY(CAST(:used AS bigint[]))),
     moved AS (UPDATE inventory.transfer_line AS line SET moved = line.moved + new.quantity
                 FROM unnest(CAST(:ids AS bigint[]), CAST(:quantities AS numeric[]))
                        AS new (id, quantity)
                WHERE line.id = new.id RETURNING line.id),
     written AS (SELECT count(*) FROM moved)
UPDATE inventory.transfer
   SET state = 'done', number = :number, done_on = :day, key = :key,
       version = version + 1, updated_at = now()
  FROM written
 WHERE id = :transfer
RETURNING EXISTS (SELECT 1 FROM inventory.package WHERE transfer_id = :transfer)
       OR EXISTS (SELECT 1 FROM inventory.pick WHERE line_id = ANY(CAST(:lines AS bigint[]))
                     AND package_id IS NOT NULL)
       OR EXISTS (SELECT 1 FROM inventory.transfer_line AS before
                    JOIN inventory.package ON package.transfer_id = before.transfer_id
                   WHERE before.feeds_id = ANY(CAST(:lines AS bigint[]))) AS has_packages
""")


def complete(
    session: Session,
    sheet: Sheet,
    wanted: Mapping[int, Wanted],
    *,
    day: date | None = None,
    backorder: bool = True,
    key: str = "",
) -> Done:
    """Move what is wanted of each line of a transfer that the caller has locked.

    What is left waits in a back-order, or is dropped with all that waits for it. Raises Conflict
    where the transfer is not open, more moves than may, goods are missing or a count keeps them
    where they are; InvalidInput where a lot or serial number is needed; what `post_moves` raises.
    """
    day = day or today(session)
    wanted = {line: one for line, one in wanted.items() if one.quantity > 0}
    _require_doable(sheet, wanted)
    products = require_goods(session, {line.product_id for line in sheet.lines})
    found = plan(session, sheet, wanted, products, day)
    require_not_frozen(
        session,
        {part.from_id for part in found.parts} | {part.to_id for part in found.parts},
        products,
    )
    posted, number = _post(session, sheet, found, products, day)
    if _write_done(session, sheet, found, number, day, key):
        settle_packages(session, sheet)
    backorder_id = _rest(session, replace(sheet, number=number), wanted, backorder)
    feed_next(session, sheet, found.parts)
    if sheet.crosses and sheet.source_type and sheet.source_id is not None:
        emit(session, _told(sheet, posted, number, day, key))
    _promise_what_came(session, sheet, day)
    announce(session, "inventory.transfers", sheet.id)
    return Done(sheet.id, number, backorder_id, posted.warnings)


def all_of(sheet: Sheet) -> dict[int, Wanted]:
    """Everything that a transfer still has to move."""
    return {line.id: Wanted(line.left) for line in sheet.lines if line.left > 0}


def _require_doable(sheet: Sheet, wanted: Mapping[int, Wanted]) -> None:
    if sheet.state not in ACTIVE_STATES:
        raise Conflict(
            phrase("{transfer} was done or cancelled already.", transfer=sheet.called)
            if sheet.state != "draft"
            else phrase("{transfer} is a draft.", transfer=sheet.called),
            fix=phrase("Open it again to see how it stands."),
        )
    if not wanted:
        raise InvalidInput.of(
            "quantity", phrase("Say how much has moved."), fix=phrase("Or cancel the transfer.")
        )
    if sheet.kind in ("scrap", "consume") and not sheet.reason:
        raise InvalidInput.of("reason", phrase("Say why these goods are written off."))
    for line in sheet.lines:
        if line.id in wanted:
            _require_not_more(sheet, line, wanted[line.id])


def _require_not_more(sheet: Sheet, line: SheetLine, wanted: Wanted) -> None:
    require_quantity(wanted.quantity)
    for part in wanted.parts:
        require_quantity(part.quantity)
    most = line.quantity * (1 + sheet.over_tolerance / 100)
    if line.moved + wanted.quantity > most:
        raise Conflict(
            phrase(
                "{quantity} is more than the {expected} that {transfer} may move.",
                quantity=f"{wanted.quantity.normalize():f}",
                expected=f"{(most - line.moved).normalize():f}",
                transfer=sheet.source_number or sheet.called,
            ),
            fix=phrase("Change what was ordered, or move no more than that."),
        )


def _post(
    session: Session,
    sheet: Sheet,
    found: Plan,
    products: Mapping[int, Product],
    day: date,
) -> tuple[Posted, str]:
    """Take the number and write the moves. The products are locked before the number is taken, by
    everybody, so that nobody who holds the one waits for the other."""
    drafts = [draft for part in found.parts for draft in _drafts(session, sheet, part)]
    field = _SERIES.get(sheet.kind, "internal_number")
    pattern: str = getattr(options(session, OperationOptions), field)
    number = take_number(session, f"inventory.{field}", pattern, day)
    posted = post_moves(
        session,
        drafts,
        day=day,
        number=number,
        reason=sheet.reason or sheet.kind,
        contact_id=sheet.contact_id,
        source=Source(sheet.source_type, sheet.source_id),
        products=products,
        held=found.pools,
    )
    return posted, number


def _drafts(session: Session, sheet: Sheet, part: Part) -> list[MoveDraft]:
    line = part.line
    priced = sheet.kind in ("receipt", "direct") and (sheet.source_type or line.unit_price)
    draft = MoveDraft(
        line.product_id,
        part.from_id,
        part.to_id,
        part.quantity,
        part.lot_id,
        price=line.unit_price if priced else None,
        currency=sheet.currency if priced else "",
        rate=sheet.rate if priced else Decimal(1),
        transfer_line_id=line.id,
        source_line_id=line.source_line_id,
        role=_ROLES.get(sheet.kind),
    )
    if sheet.kind in ("customer_return", "supplier_return", "direct_return"):
        return bring_back(session, sheet, draft, line)
    return [draft]


def _write_done(
    session: Session, sheet: Sheet, found: Plan, number: str, day: date, key: str
) -> bool:
    """Note what has moved, and that its promises are kept; returns whether packages have to do with
    it."""
    moved: dict[int, Decimal] = {}
    for part in found.parts:
        moved[part.line.id] = moved.get(part.line.id, ZERO) + part.quantity
    done = {
        "lines": [line.id for line in sheet.lines],
        "used": use_parts(session, found.held, found.used),
        "ids": list(moved),
        "quantities": list(moved.values()),
        "number": number,
        "day": day,
        "key": key,
        "transfer": sheet.id,
    }
    return bool(fetch_value(session, _DONE, done))


def _rest(
    session: Session, sheet: Sheet, wanted: Mapping[int, Wanted], backorder: bool
) -> int | None:
    rest = {
        line.id: line.left - (wanted[line.id].quantity if line.id in wanted else ZERO)
        for line in sheet.lines
    }
    rest = {line: quantity for line, quantity in rest.items() if quantity > 0}
    if not rest:
        return None
    if backorder:
        return make_backorder(session, sheet, rest)
    drop_rest(session, sheet, rest)
    return None


def _told(sheet: Sheet, posted: Posted, number: str, day: date, key: str) -> GoodsMoved:
    sums: dict[int, tuple[int, Decimal, Decimal]] = {}
    for move in posted.moves:
        line = move.draft.source_line_id
        if line is not None:
            _, quantity, value = sums.get(line, (0, ZERO, ZERO))
            sums[line] = _added(move, quantity, value)
    return GoodsMoved(
        transfer_id=sheet.id,
        number=number,
        way=sheet.way,  # type: ignore[arg-type]
        day=day,
        source_type=sheet.source_type,
        source_id=sheet.source_id or 0,
        contact_id=sheet.contact_id,
        lines=tuple(
            GoodsLine(line, product, quantity, value)
            for line, (product, quantity, value) in sums.items()
        ),
        key=key,
    )


def _added(move: PostedMove, quantity: Decimal, value: Decimal) -> tuple[int, Decimal, Decimal]:
    return move.draft.product_id, quantity + move.draft.quantity, value + move.value


def _promise_what_came(session: Session, sheet: Sheet, day: date) -> None:
    """What came in, or was put away, goes to the oldest demand that waits for it."""
    until = reserve_until(session, options(session, OperationOptions))
    if until is not None and sheet.kind in (*INBOUND, "store", "internal"):
        reserve_waiting(session, day, {line.product_id for line in sheet.lines}, until)
