"""Counting: what is listed, what is counted, and what the difference is worth.

A difference is against what the stock said at the moment in which the place was counted, so that
goods may go on moving before and after.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from addons.catalog.api import Product, category_paths, get_products
from addons.inventory.models import CountLine, Lot, StockCount
from addons.inventory.services.transfers.checking import require_goods, require_quantity
from addons.inventory.services.transfers.lots import lot_missing
from addons.inventory.services.valuation.unit_costs import cost_of
from core.api import Conflict, InvalidInput, NotFound, actor, phrase, utc_now

_THERE: Final = text("""
SELECT pile.product_id, pile.location_id, pile.lot_id
  FROM inventory.on_hand AS pile
  JOIN inventory.location AS place
    ON place.id = pile.location_id AND place.kind IN ('internal', 'consigned')
  JOIN inventory.location AS root ON root.id = :root
 WHERE pile.quantity <> 0 AND (place.id = root.id OR starts_with(place.path, root.path || '/'))
 ORDER BY place.path, pile.product_id, pile.lot_id
""")
_NOW: Final = text("""
SELECT coalesce(sum(quantity), 0) FROM inventory.on_hand
 WHERE product_id = :product AND location_id = :place AND lot_id IS NOT DISTINCT FROM :lot
""")
_WITHIN: Final = text("""
SELECT place.id FROM inventory.location AS place
  JOIN inventory.location AS root ON root.id = :root
 WHERE place.id = :place AND place.kind IN ('internal', 'consigned')
   AND (place.id = root.id OR starts_with(place.path, root.path || '/'))
""")


def lock_count(session: Session, count_id: int) -> StockCount:
    """A count that nobody else changes until the commit. Raises NotFound."""
    wanted = select(StockCount).where(StockCount.id == count_id).with_for_update()
    count = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if count is None:
        raise NotFound(phrase("There is no such count."))
    return count


def start(session: Session, count: StockCount) -> None:
    """List what should be there, and begin."""
    if count.state != "draft":
        raise Conflict(phrase("This count has begun already."))
    rows = session.execute(_THERE, {"root": count.location_id}).all()
    inside = _of_category(session, count, {row.product_id for row in rows})
    listed = [
        {
            "count_id": count.id,
            "product_id": row.product_id,
            "location_id": row.location_id,
            "lot_id": row.lot_id,
        }
        for row in rows
        if row.product_id in inside
    ]
    if listed:
        session.execute(insert(CountLine), listed)
    count.state = "counting"
    session.flush()
    session.expire(count, ["lines"])


def count_line(session: Session, count: StockCount, line_id: int, counted: Decimal) -> CountLine:
    """Note what is really there. Counted again, the later figure stands. The caller holds the
    count."""
    line = session.get(CountLine, line_id)
    if line is None or line.count_id != count.id:
        raise NotFound(phrase("This line is not one of the count."))
    _note(session, count, line, counted)
    return line


def count_goods(
    session: Session,
    count: StockCount,
    product_id: int,
    counted: Decimal,
    *,
    location_id: int,
    lot: str = "",
    add: bool = False,
) -> CountLine:
    """Note goods by product, place and lot; those that were not listed are added, since they were
    found. With `add`, they are put to what was counted before. The caller holds the count."""
    product = require_goods(session, {product_id})[product_id]
    if session.scalar(_WITHIN, {"root": count.location_id, "place": location_id}) is None:
        raise InvalidInput.of(
            "location_id", phrase("This place is not one of those that are counted.")
        )
    if product_id not in _of_category(session, count, {product_id}):
        raise InvalidInput.of(
            "product_id", phrase("{product} is not of the category.", product=product.name)
        )
    lot_id = _lot(session, product, lot)
    line = session.scalar(
        select(CountLine).where(
            CountLine.count_id == count.id,
            CountLine.product_id == product_id,
            CountLine.location_id == location_id,
            CountLine.lot_id.is_not_distinct_from(lot_id),
        )
    )
    if line is None:
        line = CountLine(
            count_id=count.id, product_id=product_id, location_id=location_id, lot_id=lot_id
        )
        session.add(line)
        session.flush()
    before = line.counted if add and line.counted is not None else Decimal(0)
    _note(session, count, line, before + counted)
    return line


def count_rest_as_none(session: Session, count: StockCount) -> int:
    """Nothing is there of what nobody counted; returns how many lines that were."""
    _require_counting(count)
    rest = session.scalars(
        select(CountLine).where(CountLine.count_id == count.id, CountLine.counted.is_(None))
    ).all()
    for line in rest:
        _note(session, count, line, Decimal(0))
    return len(rest)


def differences(session: Session, count: StockCount) -> list[CountLine]:
    """Lines of which more or less was counted than should have been there."""
    return list(
        session.scalars(
            select(CountLine)
            .where(CountLine.count_id == count.id, CountLine.counted != CountLine.expected)
            .order_by(CountLine.id)
        )
    )


def worth(session: Session, lines: Collection[CountLine]) -> Decimal:
    """What differences are worth, gains and losses added up, at what goods cost now."""
    costs = cost_of(session, {line.product_id for line in lines})
    return sum(
        (
            abs((line.counted or Decimal(0)) - (line.expected or Decimal(0)))
            * costs.get(line.product_id, Decimal(0))
            for line in lines
        ),
        Decimal(0),
    )


def _note(session: Session, count: StockCount, line: CountLine, counted: Decimal) -> None:
    _require_counting(count)
    require_quantity(counted, "counted", zero=True)
    product = get_products(session, [line.product_id])[line.product_id]
    if product.tracking == "serial" and line.lot_id is not None and counted > 1:
        raise InvalidInput.of("counted", phrase("A serial number stands for one piece."))
    asked = {"product": line.product_id, "place": line.location_id, "lot": line.lot_id}
    line.expected = session.scalar(_NOW, asked)
    line.counted = counted
    line.counted_at = utc_now()
    line.counted_by = actor(session).name
    line.counts += 1
    line.recount = False
    session.flush()


def _require_counting(count: StockCount) -> None:
    if count.state != "counting":
        raise Conflict(
            phrase("This count is not open for counting."),
            fix=phrase("Begin it, or have it counted again."),
        )


def _lot(session: Session, product: Product, name: str) -> int | None:
    if product.tracking == "none":
        return None
    if not name:
        raise lot_missing(product)
    known = session.scalar(select(Lot.id).where(Lot.product_id == product.id, Lot.name == name))
    if known is not None:
        return known
    if product.expires:
        raise InvalidInput.of(
            "lot",
            phrase("The lot {lot} of {product} is not known.", lot=name, product=product.name),
            fix=phrase("Make it first, with the day on which it expires."),
        )
    lot = Lot(product_id=product.id, name=name)
    session.add(lot)
    session.flush()
    return lot.id


def _of_category(session: Session, count: StockCount, product_ids: set[int]) -> set[int]:
    if count.category_id is None or not product_ids:
        return product_ids
    products = get_products(session, product_ids)
    paths = category_paths(
        session, {one.category_id for one in products.values() if one.category_id is not None}
    )
    return {
        one.id
        for one in products.values()
        if count.category_id in paths.get(one.category_id or 0, ())
    }
