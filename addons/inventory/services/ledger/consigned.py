"""Suppliers' goods that lie in places of the company: what their owner asks for them, and that they
were used.

They are the owner's while they lie there: no value (IAS 2.6 has inventories be assets; who bears
the risks of consigned goods, and can send them back, has not bought them). What is taken of them is
bought in that moment, at the price at which such goods were left here last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.inventory.events import ConsignedGoods, ConsignedGoodsUsed
from addons.inventory.models import Move
from addons.inventory.services.costs.money import ZERO
from addons.inventory.services.costs.values import Header
from addons.inventory.services.ledger.checking import Place
from addons.inventory.services.ledger.known import Known
from addons.inventory.services.ledger.values import MoveDraft, PostedMove
from core.api import Conflict, InvalidInput, emit, phrase

_Key = tuple[int, int, int]
"""Product, lot or 0, owner."""
_Asked = tuple[Decimal, str, Decimal]
"""A price, its currency, and what that was worth."""

# Of the same lot, if any was left; else of the product.
_PRICES: Final = text("""
SELECT asked.product_id, asked.lot_id, asked.owner_id, left_here.price, left_here.currency,
       left_here.rate
  FROM unnest(:products, :lots, :owners) AS asked (product_id, lot_id, owner_id)
  JOIN LATERAL (
    SELECT move.price, move.currency, move.rate
      FROM inventory.move AS move
      JOIN inventory.location AS place ON place.id = move.to_id
       AND place.contact_id = asked.owner_id
     WHERE move.product_id = asked.product_id AND move.price IS NOT NULL
       AND move.valuation_id IS NULL AND move.day <= :day
     ORDER BY move.lot_id IS NOT DISTINCT FROM nullif(asked.lot_id, 0) DESC, move.day DESC,
              move.id DESC LIMIT 1) AS left_here ON true
""").bindparams(*(bindparam(name, type_=ARRAY(BIGINT)) for name in ("products", "lots", "owners")))


def has_owners(places: Mapping[int, Place]) -> bool:
    """Whether goods of a supplier lie in one of these places."""
    return any(place.owner_id is not None for place in places.values())


def require_prices(moves: Sequence[MoveDraft], places: Mapping[int, Place]) -> None:
    """Raise InvalidInput for goods that a supplier leaves without saying what he asks for them."""
    for move in moves:
        comes = places[move.from_id].kind == "supplier" and places[move.to_id].owner_id
        if comes and move.reverses_id is None and not move.price:
            raise InvalidInput.of(
                "unit_price",
                phrase("Say what the owner asks for one of them, once it is used."),
            )


def at_owners_prices(
    session: Session, moves: Sequence[MoveDraft], places: Mapping[int, Place], day: date
) -> list[MoveDraft]:
    """The moves with what the owner asks for goods that are used on that day, or asked when those
    were that come back. Raises Conflict where he had not said."""
    uses = [one for one in moves if one.price is None and _owner(one, places) is not None]
    new = {_key(one, places): one for one in uses if one.reverses_id is None}
    asked = _prices(session, new, day)
    for key, move in new.items():
        if key not in asked:
            raise _no_price(move, places)
    known = _known_prices(session, [one.reverses_id for one in uses if one.reverses_id])
    return [
        one
        if one not in uses
        else _at(one, known.get(one.reverses_id) if one.reverses_id else asked[_key(one, places)])
        for one in moves
    ]


def tell_uses(session: Session, header: Header, moves: Sequence[PostedMove], known: Known) -> None:
    """Tell what was used of each owner's goods, and what came back to him."""
    by_owner: dict[int, list[ConsignedGoods]] = {}
    for move in moves:
        draft = move.draft
        owner = _owner(draft, known.places)
        if owner is None:
            continue
        used = known.places[draft.from_id].owner_id is not None
        by_owner.setdefault(owner, []).append(
            ConsignedGoods(
                move.id,
                draft.product_id,
                draft.quantity if used else -draft.quantity,
                draft.price or ZERO,
                draft.currency,
                move.value if used else -move.value,
            )
        )
    for owner, goods in sorted(by_owner.items()):
        emit(
            session,
            ConsignedGoodsUsed(owner, header.number, header.day, header.branch_id, tuple(goods)),
        )


def _owner(move: MoveDraft, places: Mapping[int, Place]) -> int | None:
    """Whose goods a move uses, or brings back; None where none change hands."""
    came, goes = places[move.from_id], places[move.to_id]
    if came.side == goes.side:
        return None
    return came.owner_id or goes.owner_id


def _key(move: MoveDraft, places: Mapping[int, Place]) -> _Key:
    return (move.product_id, move.lot_id or 0, _owner(move, places) or 0)


def _prices(session: Session, wanted: Collection[_Key], day: date) -> dict[_Key, _Asked]:
    if not wanted:
        return {}
    keys = sorted(wanted)
    names = ("products", "lots", "owners")
    columns = zip(*keys, strict=True)
    given = dict(zip(names, map(list, columns), strict=True))
    rows = session.execute(_PRICES, {**given, "day": day})
    return {
        (row.product_id, row.lot_id, row.owner_id): (row.price, row.currency, row.rate)
        for row in rows
    }


def _known_prices(session: Session, move_ids: Collection[int]) -> dict[int, _Asked]:
    if not move_ids:
        return {}
    wanted = select(Move.id, Move.price, Move.currency, Move.rate).where(Move.id.in_(move_ids))
    return {
        row.id: (row.price, row.currency, row.rate)
        for row in session.execute(wanted)
        if row.price is not None
    }


def _at(move: MoveDraft, asked: _Asked | None) -> MoveDraft:
    if asked is None:
        return move
    return replace(move, price=asked[0], currency=asked[1], rate=asked[2])


def _no_price(move: MoveDraft, places: Mapping[int, Place]) -> Conflict:
    place = places[move.from_id] if places[move.from_id].owner_id else places[move.to_id]
    return Conflict(
        phrase("Nobody knows what the owner of the goods at {place} asks.", place=place.path),
        fix=phrase("Receive them there with a price first."),
    )
