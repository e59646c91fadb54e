"""Goods that have gone already, or come back: as at a till, where nobody asks the stock first.

They are written by as few postings as there are days and warehouses. Nothing is refused for what
should have been: what was not there leaves less than nothing, a lot that nobody knows is made, and
goods that come back without their receipt are worth what the others cost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, insert
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from addons.catalog.api import GoneGoods, Part, Product, get_products, parts_of
from addons.inventory.models import Lot
from addons.inventory.services.costs.pools import lock_products
from addons.inventory.services.ledger.places import outside, stock_location
from addons.inventory.services.ledger.posting import post_moves
from addons.inventory.services.ledger.values import MoveDraft, Posted, Source
from addons.inventory.services.transfers.lots import find_lots

ZERO: Final = Decimal(0)
_PILES: Final = text("""
SELECT there.product_id, there.location_id, there.lot_id, there.quantity
  FROM inventory.on_hand AS there
  JOIN inventory.lot AS lot ON lot.id = there.lot_id
 WHERE there.product_id = ANY (:products) AND there.location_id = ANY (:places)
   AND there.quantity > 0
 ORDER BY lot.expires_on NULLS LAST, lot.id
""").bindparams(
    bindparam("products", type_=ARRAY(BIGINT)), bindparam("places", type_=ARRAY(BIGINT))
)
_WENT: Final = text("""
SELECT went.source_line_id, went.product_id, went.id, went.lot_id,
       went.quantity - coalesce((SELECT sum(back.quantity) FROM inventory.move AS back
                                  WHERE back.reverses_id = went.id), 0) AS open
  FROM inventory.move AS went
 WHERE went.source_type = :type AND went.source_line_id = ANY (:lines)
   AND went.source_id = ANY (:documents)
   AND went.to_id = :customers AND went.reverses_id IS NULL
 ORDER BY went.id
""").bindparams(
    bindparam("lines", type_=ARRAY(BIGINT)), bindparam("documents", type_=ARRAY(BIGINT))
)

_Place = tuple[date, int, int | None]
"""The day of a posting, the location in the warehouse, and the branch."""


@dataclass(slots=True)
class _Open:
    """A move that others may bring back, and how much of it still."""

    move_id: int
    lot_id: int | None
    left: Decimal


@dataclass(slots=True)
class _Work:
    """What is known while goods are written down, and the lines that something is odd about."""

    source_type: str
    reason: str
    products: Mapping[int, Product]
    customers: int
    lots: dict[tuple[int, str], int]
    odd: set[int] = field(default_factory=set)


def book_gone(
    session: Session, source_type: str, goods: Sequence[GoneGoods], reason: str
) -> Collection[int]:
    """Write down what has gone and come back; returns the lines that something is odd about. See
    `catalog.extension_points.StockKeeping.book_gone`."""
    products = get_products(session, {one.product_id for one in goods})
    whole = _taken_apart(session, goods, products)
    products = products | get_products(session, {one.product_id for one in whole} - products.keys())
    kept = [
        one
        for one in whole
        if one.product_id in products and products[one.product_id].kind == "goods"
    ]
    if not kept:
        return set()
    # All of them at once: two who book at the same time never wait for each other in a circle.
    lock_products(session, sorted({one.product_id for one in kept}))
    customers = outside(session, "customer")
    work = _Work(source_type, reason, products, customers, _lots(session, kept))
    places = _places(session, kept, work)
    _post_out(session, [one for one in kept if not one.back], places, work)
    _post_back(session, [one for one in kept if one.back], places, work)
    return work.odd


def _taken_apart(
    session: Session, goods: Sequence[GoneGoods], products: Mapping[int, Product]
) -> list[GoneGoods]:
    """Bundles as their parts: it is those that are in the store."""
    parts: Mapping[int, tuple[Part, ...]] = parts_of(session, products.keys())
    whole: list[GoneGoods] = []
    for one in goods:
        own = parts.get(one.product_id)
        if not own:
            whole.append(one)
            continue
        whole += [
            replace(one, product_id=part.product_id, quantity=part.quantity * one.quantity, lots=())
            for part in own
        ]
    return whole


def _places(session: Session, goods: Iterable[GoneGoods], work: _Work) -> dict[int | None, int]:
    """Where each warehouse keeps its goods; the first one's place for a warehouse that is gone."""
    found: dict[int | None, int] = {}
    for one in goods:
        if one.warehouse_id in found:
            continue
        try:
            found[one.warehouse_id] = stock_location(session, one.warehouse_id)
        except NoResultFound:
            found[one.warehouse_id] = stock_location(session)
            work.odd.update(
                other.line_id for other in goods if other.warehouse_id == one.warehouse_id
            )
    return found


def _lots(session: Session, goods: Iterable[GoneGoods]) -> dict[tuple[int, str], int]:
    """The lots that were named, by product and name; made where nobody knows them."""
    named = {(one.product_id, name) for one in goods for name, _ in one.lots if name}
    known = find_lots(session, named)
    new = sorted(named - known.keys())
    if new:
        rows = [{"product_id": product, "name": name} for product, name in new]
        session.execute(insert(Lot).values(rows).on_conflict_do_nothing())
        known |= find_lots(session, new)
    return known


def _post_out(
    session: Session,
    goods: Sequence[GoneGoods],
    places: Mapping[int | None, int],
    work: _Work,
) -> None:
    piles = _piles(session, goods, places, work)
    drafts: dict[_Place, list[MoveDraft]] = {}
    for one in goods:
        place = places[one.warehouse_id]
        draft = MoveDraft(
            one.product_id,
            place,
            work.customers,
            one.quantity,
            source_line_id=one.line_id,
            source_id=one.source_id,
            number=one.number,
        )
        moves = drafts.setdefault((one.day, place, one.branch_id), [])
        for lot_id, quantity in _chosen(one, place, piles, work):
            moves.append(replace(draft, lot_id=lot_id, quantity=quantity))
    for posted in _posted(session, drafts, work):
        for move in posted.moves:
            draft = move.draft
            if (draft.product_id, draft.from_id, draft.lot_id) in posted.short:
                work.odd.add(draft.source_line_id or 0)


def _piles(
    session: Session,
    goods: Iterable[GoneGoods],
    places: Mapping[int | None, int],
    work: _Work,
) -> dict[tuple[int, int], list[_Open]]:
    """What there is of lots of products whose lots nobody named, the first to expire first."""
    wanted = {
        one.product_id
        for one in goods
        if not one.lots and work.products[one.product_id].tracking != "none"
    }
    found: dict[tuple[int, int], list[_Open]] = {}
    if wanted:
        asked = {"products": sorted(wanted), "places": sorted(set(places.values()))}
        for row in session.execute(_PILES, asked):
            pile = _Open(0, row.lot_id, row.quantity)
            found.setdefault((row.product_id, row.location_id), []).append(pile)
    return found


def _chosen(
    one: GoneGoods, place: int, piles: Mapping[tuple[int, int], list[_Open]], work: _Work
) -> Iterable[tuple[int | None, Decimal]]:
    """The lots that a line took: those that were said, else those that expire first. What no lot
    is known of goes without one, and is odd."""
    if work.products[one.product_id].tracking == "none":
        yield None, one.quantity
        return
    left = one.quantity
    for name, quantity in one.lots:
        part = min(quantity, left)
        if part > 0 and name:
            yield work.lots[one.product_id, name], part
            left -= part
    for pile in piles.get((one.product_id, place), ()) if not one.lots else ():
        part = min(pile.left, left)
        if part > 0:
            pile.left -= part
            left -= part
            yield pile.lot_id, part
    if left > 0:
        work.odd.add(one.line_id)
        yield None, left


def _post_back(
    session: Session,
    goods: Sequence[GoneGoods],
    places: Mapping[int | None, int],
    work: _Work,
) -> None:
    """Goods that come back do so at the cost they left with, as far as they left."""
    went = _went(session, goods, work)
    drafts: dict[_Place, list[MoveDraft]] = {}
    for one in goods:
        place = places[one.warehouse_id]
        draft = MoveDraft(
            one.product_id,
            work.customers,
            place,
            one.quantity,
            source_line_id=one.line_id,
            source_id=one.source_id,
            number=one.number,
        )
        moves = drafts.setdefault((one.day, place, one.branch_id), [])
        said = _chosen(one, place, {}, work) if one.lots else [(None, one.quantity)]
        for lot_id, quantity in said:
            part = replace(draft, lot_id=lot_id, quantity=quantity)
            moves += _brought_back(part, one, went, work)
    for _ in _posted(session, drafts, work):
        pass


def _went(
    session: Session, goods: Iterable[GoneGoods], work: _Work
) -> dict[tuple[int, int], list[_Open]]:
    lines = sorted({one.returns_line_id for one in goods if one.returns_line_id is not None})
    found: dict[tuple[int, int], list[_Open]] = {}
    if lines:
        documents = sorted({one.returns_source_id or 0 for one in goods if one.returns_line_id})
        asked = {
            "type": work.source_type,
            "lines": lines,
            "documents": documents,
            "customers": work.customers,
        }
        for row in session.execute(_WENT, asked):
            move = _Open(row.id, row.lot_id, row.open)
            found.setdefault((row.source_line_id, row.product_id), []).append(move)
    return found


def _brought_back(
    draft: MoveDraft,
    one: GoneGoods,
    went: Mapping[tuple[int, int], list[_Open]],
    work: _Work,
) -> list[MoveDraft]:
    moves, left = [], draft.quantity
    for origin in went.get((one.returns_line_id or 0, draft.product_id), ()):
        part = min(origin.left, left)
        if part > 0 and draft.lot_id in (None, origin.lot_id):
            origin.left -= part
            left -= part
            moves.append(
                replace(draft, quantity=part, lot_id=origin.lot_id, reverses_id=origin.move_id)
            )
    if left > 0:
        if one.returns_line_id is not None or work.products[draft.product_id].tracking != "none":
            work.odd.add(one.line_id)
        moves.append(replace(draft, quantity=left))
    return moves


def _posted(
    session: Session, drafts: Mapping[_Place, Sequence[MoveDraft]], work: _Work
) -> Iterable[Posted]:
    for (day, _, branch_id), moves in sorted(drafts.items(), key=lambda one: one[0][:2]):
        yield post_moves(
            session,
            moves,
            day=day,
            number="",
            reason=work.reason,
            branch_id=branch_id,
            source=Source(work.source_type),
            products=work.products,
            happened=True,
        )


__all__ = ["book_gone"]
