"""Which goods exactly a transfer moves: from where, to where, and of which lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.inventory.services.costs.pools import PoolKey, PoolRow, lock_there
from addons.inventory.services.costs.rules import terms_of
from addons.inventory.services.reservations.choosing import Pile, choose, in_order
from addons.inventory.services.reservations.piles import piles_below
from addons.inventory.services.reservations.placing import place_for
from addons.inventory.services.reservations.releasing import take_from_others
from addons.inventory.services.reservations.reserving import Held, held_by
from addons.inventory.services.reservations.storage import storage_of
from addons.inventory.services.transfers.lots import (
    NamedLot,
    find_lots,
    lot_missing,
    lots_that_arrive,
    require_not_in_stock,
    require_pieces,
)
from addons.inventory.services.transfers.places import places_of
from addons.inventory.services.transfers.values import (
    INCOMING,
    ZERO,
    LotPart,
    Part,
    Sheet,
    SheetLine,
    Wanted,
)
from core.api import Conflict, InvalidInput, phrase


@dataclass(slots=True)
class Plan:
    """Goods that move, and what of the promises they use up: quantities by reservation. `pools` are
    those of their products that are locked for it."""

    parts: list[Part] = field(default_factory=list)
    held: dict[int, Decimal] = field(default_factory=dict)
    used: dict[int, Decimal] = field(default_factory=dict)
    pools: Mapping[PoolKey, PoolRow] = field(default_factory=dict)


def plan(
    session: Session,
    sheet: Sheet,
    wanted: Mapping[int, Wanted],
    products: Mapping[int, Product],
    day: date,
) -> Plan:
    """The goods that move when as much of each line is wanted. Locks the products.

    Goods from outside go where the storage rules put them away; all others come first from what
    is promised to the line, then from what is free, as it is taken out there. Raises Conflict
    where there is too little, and InvalidInput where a lot is needed or unknown.
    """
    lines = [line for line in sheet.lines if line.id in wanted]
    for line in lines:
        _require_lots(products[line.product_id], wanted[line.id])
    if sheet.kind in INCOMING:
        return _arriving(session, sheet, lines, wanted, products)
    pools = lock_there(session, {line.product_id for line in lines})
    return replace(_Taking(session, sheet, lines, wanted, products, day).plan(), pools=pools)


def put_away(session: Session, sheet: Sheet, product_ids: set[int]) -> dict[int, int]:
    """Where goods of these products go at the end of a transfer: to the place that the rules of
    its warehouse name, or the bin that they choose, if they are put away, or else to the
    transfer's."""
    if sheet.kind not in (*INCOMING, "store", "arrive"):
        return dict.fromkeys(product_ids, sheet.to_id)
    rules = storage_of(session, sheet.warehouse_id, product_ids)
    named = {one: rule for one, rule in rules.items() if rule.put_into is not None}
    if not named or not is_put_away(session, sheet):
        return dict.fromkeys(product_ids, sheet.to_id)
    left = dict.fromkeys(product_ids, ZERO)
    for line in sheet.lines:
        if line.product_id in left:
            left[line.product_id] += line.left
    return {
        one: (place_for(session, named[one], one, left[one]) if one in named else None)
        or sheet.to_id
        for one in product_ids
    }


def is_put_away(session: Session, sheet: Sheet) -> bool:
    """Whether a transfer leads into the store of its warehouse, where rules say which bin."""
    return places_of(session, sheet.warehouse_id).inside.get("stock") == sheet.to_id


def _require_lots(product: Product, wanted: Wanted) -> None:
    named = [(part.name, part.quantity) for part in wanted.parts if part.name]
    if named and product.tracking == "none":
        raise InvalidInput.of("lot", phrase("No lots are kept of {product}.", product=product.name))
    if sum((part.quantity for part in wanted.parts), ZERO) > wanted.quantity:
        raise InvalidInput.of(
            "quantity",
            phrase("The lots of {product} are more than what is to move.", product=product.name),
        )
    if product.tracking == "serial":
        if wanted.quantity != wanted.quantity.to_integral_value():
            raise InvalidInput.of(
                "quantity", phrase("{product} moves in whole pieces.", product=product.name)
            )
        require_pieces(product, named)


def _arriving(
    session: Session,
    sheet: Sheet,
    lines: Sequence[SheetLine],
    wanted: Mapping[int, Wanted],
    products: Mapping[int, Product],
) -> Plan:
    """Goods that come from outside; each lot is named, and made where it is new."""
    named = []
    for line in lines:
        product = products[line.product_id]
        parts = wanted[line.id].parts
        covered = sum((part.quantity for part in parts if part.name), ZERO)
        if product.tracking != "none" and covered != wanted[line.id].quantity:
            raise lot_missing(product)
        named += [NamedLot(product.id, part.name, part.expires_on) for part in parts if part.name]
    lots = lots_that_arrive(session, named, products)
    places = put_away(session, sheet, {line.product_id for line in lines})
    found = Plan()
    for line in lines:
        for part in _split(wanted[line.id]):
            lot = lots.get((line.product_id, part.name)) if part.name else None
            to = part.to_id or places[line.product_id]
            found.parts.append(Part(line, sheet.from_id, to, part.quantity, lot))
    for product in products.values():
        pieces = [p.lot_id for p in found.parts if p.line.product_id == product.id and p.lot_id]
        if product.tracking == "serial" and pieces:
            if len(set(pieces)) < len(pieces):
                require_pieces(product, [(one.name, Decimal(2)) for one in named[:1]])
            require_not_in_stock(session, pieces, product)
    return found


def _split(wanted: Wanted) -> list[LotPart]:
    """The parts that were named, and one for the rest."""
    rest = wanted.quantity - sum((part.quantity for part in wanted.parts), ZERO)
    return [*wanted.parts, *([LotPart("", rest)] if rest > 0 else [])]


class _Taking:
    """Takes goods out of piles: those that are promised to the lines, then those that are free."""

    def __init__(
        self,
        session: Session,
        sheet: Sheet,
        lines: Sequence[SheetLine],
        wanted: Mapping[int, Wanted],
        products: Mapping[int, Product],
        day: date,
    ) -> None:
        self._session, self._sheet, self._lines = session, sheet, lines
        self._wanted, self._products, self._day = wanted, products, day
        ids = {line.product_id for line in lines}
        self._held = held_by(session, [line.id for line in lines])
        self._known: dict[int, list[Pile]] | None = None
        self._to = put_away(session, sheet, ids)
        names = {
            (line.product_id, part.name)
            for line in lines
            for part in wanted[line.id].parts
            if part.name
        }
        self._lots = find_lots(session, names)
        self._plan = Plan()

    @property
    def _piles(self) -> dict[int, list[Pile]]:
        """What lies there, read when something is wanted beyond what is promised."""
        if self._known is None:
            ids = {line.product_id for line in self._lines}
            sheet = self._sheet
            self._known = piles_below(self._session, ids, sheet.from_id, sheet.warehouse_id)
        return self._known

    def plan(self) -> Plan:
        """Every line's goods: what was named first, so that nothing else takes it."""
        rest: dict[int, Decimal] = {}
        for line in self._lines:
            wanted = self._wanted[line.id]
            for part in wanted.parts:
                self._take_named(line, part)
            rest[line.id] = wanted.quantity - sum((one.quantity for one in wanted.parts), ZERO)
        for line in self._lines:
            left = self._take_held(line, rest[line.id])
            if left > 0:
                left = self._take_free(line, left)
            if left > 0:
                self._take_missing(line, left)
        return self._plan

    def _take_named(self, line: SheetLine, part: LotPart) -> None:
        """Goods of a lot, or from a bin, that somebody named."""
        lot = self._lot(line, part.name) if part.name else None

        def fits(location_id: int, lot_id: int | None) -> bool:
            return (not part.name or lot_id == lot) and part.from_id in (None, location_id)

        left = part.quantity
        for held in self._held.get(line.id, []):
            if fits(held.location_id, held.lot_id):
                left -= self._use(line, held, left, part.to_id)
        if left <= 0:
            return
        chosen = [
            pile for pile in self._piles[line.product_id] if fits(pile.location_id, pile.lot_id)
        ]
        for pile in in_order(chosen):
            left -= self._out_of(line, self._now(pile), left, part.to_id)
        if left > 0:
            self._take_missing(line, left, lot, part)

    def _take_held(self, line: SheetLine, left: Decimal) -> Decimal:
        for held in self._held.get(line.id, []):
            left -= self._use(line, held, left, None)
        return left

    def _take_free(self, line: SheetLine, left: Decimal) -> Decimal:
        for one in choose(self._piles[line.product_id], left, self._day):
            left -= self._out_of(line, one.pile, one.quantity, None)
        return left

    def _take_missing(
        self, line: SheetLine, left: Decimal, lot: int | None = None, part: LotPart | None = None
    ) -> None:
        """What is neither promised nor free: out of others' promises, or out of nothing, where
        goods may go below zero; goods that are told apart never do."""
        product = self._products[line.product_id]
        strict = terms_of(self._session, [product])[product.id].negative == "forbid"
        if strict:
            raise self._short(product, left)
        for pile in in_order(self._piles[line.product_id]):
            if left <= 0:
                return
            if lot is None or pile.lot_id == lot:
                freed = take_from_others(self._session, pile, left, self._sheet.id)
                self._change(pile, self._now(pile).free + freed)
                left -= self._out_of(line, self._now(pile), left, part.to_id if part else None)
        if left > 0 and product.tracking != "none":
            raise self._short(product, left)
        if left > 0:
            place = (part.from_id if part else None) or self._sheet.from_id
            to = (part.to_id if part else None) or self._to[line.product_id]
            self._plan.parts.append(Part(line, place, to, left))

    def _use(self, line: SheetLine, held: Held, wanted: Decimal, to: int | None) -> Decimal:
        used = self._plan.used.get(held.id, ZERO)
        quantity = min(held.quantity - used, wanted)
        if quantity <= 0:
            return ZERO
        self._plan.held[held.id] = held.quantity
        self._plan.used[held.id] = used + quantity
        target = to or self._to[line.product_id]
        self._plan.parts.append(Part(line, held.location_id, target, quantity, held.lot_id))
        return quantity

    def _out_of(self, line: SheetLine, pile: Pile, wanted: Decimal, to: int | None) -> Decimal:
        quantity = min(pile.free, wanted)
        if quantity <= 0:
            return ZERO
        self._change(pile, pile.free - quantity)
        target = to or self._to[line.product_id]
        self._plan.parts.append(Part(line, pile.location_id, target, quantity, pile.lot_id))
        return quantity

    def _now(self, pile: Pile) -> Pile:
        key = (pile.location_id, pile.lot_id)
        return next(
            one for one in self._piles[pile.product_id] if (one.location_id, one.lot_id) == key
        )

    def _change(self, pile: Pile, free: Decimal) -> None:
        key = (pile.location_id, pile.lot_id)
        self._piles[pile.product_id] = [
            replace(one, free=free) if (one.location_id, one.lot_id) == key else one
            for one in self._piles[pile.product_id]
        ]

    def _lot(self, line: SheetLine, name: str) -> int:
        found = self._lots.get((line.product_id, name))
        if found is None:
            raise InvalidInput.of(
                "lot",
                phrase(
                    "There is no lot or serial number {lot} of {product}.",
                    lot=name,
                    product=self._products[line.product_id].name,
                ),
            )
        return found

    def _short(self, product: Product, missing: Decimal) -> Conflict:
        there = sum((pile.free for pile in self._piles[product.id]), ZERO)
        promised = any(pile.free <= 0 for pile in self._piles[product.id])
        return Conflict(
            phrase(
                "{missing} {unit} of {product} are missing.",
                missing=f"{missing.normalize():f}",
                unit=product.unit,
                product=product.name,
            ),
            fix=phrase("What is there is promised to others: release it there, or receive more.")
            if promised and there <= 0
            else phrase("Deliver what there is, or receive more first."),
        )
