"""The only writer of moves and of what they are worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import Product, company_currency, require_open
from addons.inventory.models import Move
from addons.inventory.options import InventoryOptions
from addons.inventory.services.costs.billed import ORDER
from addons.inventory.services.costs.comparing import compare
from addons.inventory.services.costs.money import ZERO, smallest_unit
from addons.inventory.services.costs.pool import Line
from addons.inventory.services.costs.pools import PoolKey, PoolRow
from addons.inventory.services.costs.reclassifying import reclassify
from addons.inventory.services.costs.recording import record
from addons.inventory.services.costs.rules import terms_of
from addons.inventory.services.costs.values import Header
from addons.inventory.services.costs.writing import open_valuation
from addons.inventory.services.ledger.checking import (
    check_day,
    check_lots,
    places_of,
    products_of,
)
from addons.inventory.services.ledger.consigned import (
    at_owners_prices,
    has_owners,
    require_prices,
    tell_uses,
)
from addons.inventory.services.ledger.drafting import Pools, choose_pools, draft_happenings
from addons.inventory.services.ledger.known import Known
from addons.inventory.services.ledger.rates import at_rates_of_the_day
from addons.inventory.services.ledger.returns import origins_of
from addons.inventory.services.ledger.shortage import (
    refuse_past_shortages,
    settle_shortages,
    short_piles,
)
from addons.inventory.services.ledger.together import insert_together
from addons.inventory.services.ledger.values import NO_SOURCE, MoveDraft, Posted, PostedMove, Source
from core.api import Conflict, InvalidInput, options, phrase


def post_moves(
    session: Session,
    moves: Sequence[MoveDraft],
    *,
    day: date,
    number: str,
    reason: str,
    contact_id: int | None = None,
    branch_id: int | None = None,
    source: Source = NO_SOURCE,
    products: Mapping[int, Product] | None = None,
    held: Mapping[PoolKey, PoolRow] | None = None,
    happened: bool = False,
) -> Posted:
    """Write moves and value them, and tell it by one StockValued; the branch is that of the
    warehouse unless given. `products` are those of the moves, where the caller has just read them,
    `held` pools that he has locked and not changed since. With `happened` the goods have gone: none
    is refused for what is missing or backdated, and what is short is told.

    Locks the products in ascending order until the commit; a caller that locks documents does it
    before. Raises InvalidInput, naming the field, for what cannot be a move; Conflict where goods
    are missing and may not be, where a day before the last move is forbidden, and where more is
    brought back than went; what `require_open` raises where the day is closed.
    """
    if not moves:
        raise InvalidInput.of("moves", phrase("There is nothing to move."))
    check_day(day)
    products, places = products_of(session, moves, products), places_of(session, moves)
    check_lots(session, moves)
    require_open(session, day)
    currency = company_currency(session)
    lent = has_owners(places)
    if lent:
        require_prices(moves, places)
        moves = at_owners_prices(session, moves, places, day)
    moves = at_rates_of_the_day(session, moves, day, currency)
    terms = terms_of(session, list(products.values()))
    # From here on nobody else moves these products until the commit.
    pools = choose_pools(session, moves, products, terms, held or {})
    unit = smallest_unit(currency)
    origins = origins_of(session, moves, products)
    known = Known(products, places, terms, origins, unit, day)
    branch = branch_id if branch_id is not None else known.branch(moves)
    header = Header(day, reason, number, contact_id, branch, source)
    if not happened:
        _refuse_backdating(session, pools, known)
    ids, valuation_id, values = _write(session, header, moves, pools, known)
    posted = _posted(ids, moves, values)
    if lent:
        tell_uses(session, header, posted, known)
    if happened:
        return Posted(posted, valuation_id, short=frozenset(short_piles(session, moves, places)))
    warnings = settle_shortages(session, moves, products, places, terms)
    if source.type == ORDER and valuation_id is not None:
        compare(session, {(source.id, one.source_line_id) for one in moves})
    late = [one for one in moves if _is_late(pools[one], day)]
    strict = [one for one in late if terms[one.product_id].negative == "forbid"]
    refuse_past_shortages(session, strict, day, products, places)
    return Posted(posted, valuation_id, warnings)


def _posted(
    ids: Sequence[int], moves: Sequence[MoveDraft], values: Mapping[int, Decimal]
) -> tuple[PostedMove, ...]:
    return tuple(
        PostedMove(move_id, move, values.get(move_id, ZERO))
        for move_id, move in zip(ids, moves, strict=True)
    )


def _write(
    session: Session, header: Header, moves: Sequence[MoveDraft], pools: Pools, known: Known
) -> tuple[list[int], int | None, dict[int, Decimal]]:
    """The ids of the moves, the valuation, and what each move was worth."""
    valued = any(known.is_valued(move) for move in moves)
    valuation_id = open_valuation(session, header) if valued else None
    rows = [_row(move, header, valuation_id if known.is_valued(move) else None) for move in moves]
    ids = insert_together(session, Move, rows)
    if valuation_id is None:
        return ids, None, {}
    units = {product.id: product.unit for product in known.products.values()}
    reclassify(session, header, pools.values(), known.products)
    drafts = draft_happenings(session, list(zip(ids, moves, strict=True)), pools, known)
    recorded = record(session, header, drafts, known.unit, valuation_id=valuation_id, units=units)
    stock = _stock_by_event(recorded.lines)
    values = {
        draft.move_id: draft.amount if draft.gone_as else abs(stock.get(event_id, ZERO))
        for draft, event_id in zip(drafts, recorded.event_ids, strict=True)
        if draft.move_id is not None
    }
    return ids, valuation_id, values


def _row(move: MoveDraft, header: Header, valuation_id: int | None) -> dict[str, object]:
    return {
        "valuation_id": valuation_id,
        "product_id": move.product_id,
        "lot_id": move.lot_id,
        "from_id": move.from_id,
        "to_id": move.to_id,
        "quantity": move.quantity,
        "day": header.day,
        "price": move.price,
        "currency": move.currency,
        "rate": move.rate,
        "number": move.number or header.number,
        "reason": header.reason,
        "contact_id": header.contact_id,
        "transfer_line_id": move.transfer_line_id,
        "reverses_id": move.reverses_id,
        "source_type": header.source.type,
        "source_id": move.source_id or header.source.id,
        "source_line_id": move.source_line_id,
    }


def _is_late(pool: PoolRow, day: date) -> bool:
    return pool.last_day is not None and day < pool.last_day


def _refuse_backdating(session: Session, pools: Pools, known: Known) -> None:
    late = [
        pool
        for move, pool in pools.items()
        if known.is_valued(move) and known.touches_stock(move) and _is_late(pool, known.day)
    ]
    if late and options(session, InventoryOptions).backdating == "forbid":
        raise Conflict(
            phrase(
                "{product} was moved on {last} already; a move on {day} would be backdated.",
                product=known.products[late[0].product_id].name,
                last=late[0].last_day,
                day=known.day,
            ),
            fix=phrase("Choose that day or a later one, or allow backdating in the settings."),
        )


def _stock_by_event(lines: Iterable[Line]) -> Mapping[int | None, Decimal]:
    sums: dict[int | None, Decimal] = {}
    for line in lines:
        if line.role == "stock":
            sums[line.event_id] = sums.get(line.event_id, ZERO) + line.amount
    return sums
