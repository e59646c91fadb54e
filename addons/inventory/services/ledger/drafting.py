"""From moves to what happens to pools of costs: which pool, at which cost, against which role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.inventory.services.costs.applying import current_cost
from addons.inventory.services.costs.money import ZERO, per_unit, priced
from addons.inventory.services.costs.pools import (
    PoolKey,
    PoolRow,
    lock_heads,
    make_pools,
    read_pools,
)
from addons.inventory.services.costs.rules import Terms
from addons.inventory.services.costs.values import Draft
from addons.inventory.services.ledger.checking import role_of
from addons.inventory.services.ledger.known import Known
from addons.inventory.services.ledger.values import MoveDraft
from core.api import InvalidInput, phrase

Pools = Mapping[MoveDraft, PoolRow]

_MOST: Final = Decimal("1E18")
"""No goods are worth that much; sums stay exact in the digits that Python's decimals have."""


def choose_pools(
    session: Session,
    moves: Sequence[MoveDraft],
    products: Mapping[int, Product],
    terms: Mapping[int, Terms],
    held: Mapping[PoolKey, PoolRow],
) -> dict[MoveDraft, PoolRow]:
    """The pool of each move's goods, locked; `held` are locked already. A lot is valued by itself
    where that is decided, and goods that are in stock stay in the pool that they are in."""
    heads = {one.id: (one.category_id, terms[one.id].method) for one in products.values()}
    lots = {move.lot_id for move in moves if move.lot_id is not None}
    if lots or not all((one, None) in held for one in heads):
        found = lock_heads(session, heads, lots)
    else:
        found = dict(held)
    wanted = {move: _key(move, found, terms[move.product_id]) for move in moves}
    missing = {key for key in wanted.values() if key not in found}
    if missing:
        found |= make_pools(session, [(key, *heads[key[0]]) for key in missing])
    return {move: found[key] for move, key in wanted.items()}


def draft_happenings(
    session: Session,
    moves: Sequence[tuple[int, MoveDraft]],
    pools: Pools,
    known: Known,
) -> list[Draft]:
    """What the moves with these ids do to their pools. A pool that is empty takes the method that
    is decided now, and a standard price that nobody set is that of the first receipt."""
    drafts: list[Draft] = []
    methods: dict[int, str] = {}
    standards: dict[int, Decimal] = {}
    costs = _costs_now(session, moves, pools, known)
    for move_id, move in moves:
        if not known.is_valued(move):
            continue
        row = pools[move]
        if known.is_direct(move):
            drafts.append(_passing(move_id, move, row, costs, known))
            continue
        if row.id not in methods:
            methods[row.id] = _take_method(row, move, known, drafts)
            standards[row.id] = row.standard
        draft = _draft(move_id, move, row, costs, known)
        if draft.kind == "in" and methods[row.id] == "standard" and not standards[row.id]:
            price = per_unit(draft.amount, draft.quantity)
            standards[row.id] = price
            drafts.append(Draft(row, "price", amount=price))
        drafts.append(draft)
    return drafts


def _key(move: MoveDraft, found: Mapping[PoolKey, PoolRow], terms: Terms) -> PoolKey:
    if move.lot_id is None:
        return (move.product_id, None)
    own = found.get((move.product_id, move.lot_id))
    head = found[move.product_id, None]
    alone = (terms.per_lot and not head.quantity) or (own is not None and own.quantity)
    return (move.product_id, move.lot_id if alone else None)


def _take_method(row: PoolRow, move: MoveDraft, known: Known, drafts: list[Draft]) -> str:
    wanted = known.terms[move.product_id].method
    late = row.last_day is not None and known.day < row.last_day
    if row.quantity or late or wanted == row.method:
        return row.method
    drafts.append(Draft(row, "method", amount=row.standard, role=row.method, method=wanted))
    return wanted


def _draft(
    move_id: int, move: MoveDraft, row: PoolRow, costs: Mapping[int, Decimal], known: Known
) -> Draft:
    comes = known.places[move.to_id].own
    role = role_of(move, known.places[move.from_id if comes else move.to_id])
    origin = known.origins.get(move.reverses_id or 0)
    if comes:
        if origin is not None and origin.kind in ("out", "direct"):
            amount = origin.bring_back(move.quantity, known.unit)
        else:
            amount = _given(move, row, costs, known)
        return Draft(row, "in", move.quantity, amount, role, move_id=move_id)
    if origin is not None and origin.kind == "in" and origin.pool_id == row.id:
        amount = origin.bring_back(move.quantity, known.unit)
        layer = origin.event_id
        return Draft(row, "out", -move.quantity, amount, role, layer, move_id=move_id)
    return Draft(row, "out", -move.quantity, ZERO, role, move_id=move_id)


def _passing(
    move_id: int, move: MoveDraft, row: PoolRow, costs: Mapping[int, Decimal], known: Known
) -> Draft:
    """Goods that are bought and gone at once, or the way back."""
    came, goes = known.places[move.from_id], known.places[move.to_id]
    forth = came.side == "supplier"
    origin = known.origins.get(move.reverses_id or 0)
    if origin is not None and origin.kind in ("direct", "direct_back"):
        amount = origin.bring_back(move.quantity, known.unit)
    else:
        amount = _given(move, row, costs, known)
    return Draft(
        row,
        "direct" if forth else "direct_back",
        amount=amount,
        role="received",
        gone_as=role_of(move, goes if forth else came),
        move_id=move_id,
    )


def _given(move: MoveDraft, row: PoolRow, costs: Mapping[int, Decimal], known: Known) -> Decimal:
    """What the goods cost by the price that was given, or as much as those there."""
    if move.price is None:
        return priced(move.quantity, costs[row.id], known.unit)
    amount = priced(move.quantity, move.price * move.rate, known.unit)
    if amount >= _MOST:
        raise InvalidInput.of("price", phrase("{amount} is too much.", amount=amount))
    return amount


def _costs_now(
    session: Session,
    moves: Sequence[tuple[int, MoveDraft]],
    pools: Pools,
    known: Known,
) -> dict[int, Decimal]:
    """What a piece costs now, of pools that goods of no known price come into."""
    rows = {
        pools[move].id: pools[move]
        for _, move in moves
        if known.is_valued(move)
        and move.price is None
        and (known.places[move.to_id].own or known.is_direct(move))
    }
    if not rows:
        return {}
    read = read_pools(session, dict.fromkeys(rows, ZERO), rows, known.unit)
    return {pool_id: current_cost(pool) for pool_id, pool in read.items()}
