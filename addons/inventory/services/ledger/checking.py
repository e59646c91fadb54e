"""What cannot be a move, before anything is locked or written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.api import Product, get_products
from addons.inventory.events import Role
from addons.inventory.models import KEPT_KINDS, OWN_KINDS, Location, Lot, Warehouse
from addons.inventory.services.ledger.balances import id_array
from addons.inventory.services.ledger.values import MoveDraft
from core.api import InvalidInput, cached_until_change, phrase, utc_now

_MOST: Final = Decimal("1E12")
_DIGITS: Final = -10
_PLACES: Final = (
    select(
        Location.id,
        Location.kind,
        Location.purpose,
        Location.path,
        Warehouse.branch_id,
        Location.contact_id,
    )
    .outerjoin(Warehouse, Warehouse.id == Location.warehouse_id)
    .where(Location.id == func.any(bindparam("ids", type_=ARRAY(BIGINT))))
)


@dataclass(frozen=True, slots=True)
class Place:
    """A location, as the ledger needs it."""

    id: int
    kind: str
    purpose: str
    path: str
    branch_id: int | None
    owner_id: int | None = None

    @property
    def own(self) -> bool:
        """Whether what is there is the company's stock."""
        return self.kind in OWN_KINDS

    @property
    def kept(self) -> bool:
        """Whether what is there is counted, whoever it belongs to."""
        return self.kind in KEPT_KINDS

    @property
    def side(self) -> Literal["own", "supplier", "other"]:
        """Whose goods are there: the company's, still a supplier's, or nobody's any more."""
        if self.own:
            return "own"
        return "supplier" if self.kind in ("supplier", "consigned") else "other"


def check_day(day: date) -> None:
    """Raise InvalidInput for a day that has not come: what is in the ledger has happened."""
    # A day ahead, because it is tomorrow already in some place where the company works.
    if day > utc_now().date() + timedelta(days=1):
        raise InvalidInput.of("day", phrase("{day} has not come yet.", day=day))


def products_of(
    session: Session, moves: Sequence[MoveDraft], known: Mapping[int, Product] | None = None
) -> Mapping[int, Product]:
    """The products by their ids, read if they are not known; raises InvalidInput for services, and
    what does not exist."""
    products = known or get_products(session, {move.product_id for move in moves})
    for move in moves:
        product = products.get(move.product_id)
        if product is None:
            raise InvalidInput.of("product_id", phrase("There is no such product."))
        if product.kind != "goods":
            raise InvalidInput.of(
                "product_id",
                phrase("{product} is a service: no stock is kept.", product=product.name),
            )
        _check_quantity(move, product)
    return products


def places_of(session: Session, moves: Sequence[MoveDraft]) -> Mapping[int, Place]:
    """The locations by their ids; raises InvalidInput where goods cannot go from or to."""
    ids = {move.from_id for move in moves} | {move.to_id for move in moves}
    places = _places(session, tuple(sorted(ids)))
    for move in moves:
        came, goes = places.get(move.from_id), places.get(move.to_id)
        if came is None or goes is None:
            raise InvalidInput.of(
                "from_id" if came is None else "to_id", phrase("There is no such location.")
            )
        for field, place in (("from_id", came), ("to_id", goes)):
            if place.kind == "view":
                raise InvalidInput.of(
                    field,
                    phrase("{location} groups others: choose one of them.", location=place.path),
                )
        if came.id == goes.id or not _leads_on(came, goes):
            raise InvalidInput.of(
                "to_id",
                phrase("Goods cannot go from {place} to {goal}.", place=came.path, goal=goes.path),
            )
    return places


@cached_until_change(Location, Warehouse)
def _places(session: Session, ids: tuple[int, ...]) -> Mapping[int, Place]:
    return {row.id: Place(*row) for row in session.execute(_PLACES, {"ids": list(ids)})}


def _leads_on(came: Place, goes: Place) -> bool:
    """Whether goods can go there: in or out, from a supplier to a customer, and within what is
    counted; goods of one owner do not become another's."""
    if came.owner_id is not None and goes.owner_id is not None:
        return came.owner_id == goes.owner_id
    return came.side != goes.side or came.kept or goes.kept


def check_lots(session: Session, moves: Sequence[MoveDraft]) -> None:
    """Raise InvalidInput where a lot is another product's."""
    wanted = {move.lot_id for move in moves if move.lot_id is not None}
    if not wanted:
        return
    rows = session.execute(
        select(Lot.id, Lot.product_id).where(Lot.id == func.any(id_array(wanted)))
    )
    owners = {row.id: row.product_id for row in rows}
    for move in moves:
        if move.lot_id is not None and owners.get(move.lot_id) != move.product_id:
            raise InvalidInput.of("lot_id", phrase("This lot is not one of the product."))


def role_of(move: MoveDraft, outside: Place) -> Role:
    """What the other side of a move's value is, by where its goods come from or go to."""
    if move.role is not None:
        return move.role
    if outside.side == "supplier":
        return "received"
    if outside.kind == "customer":
        return "sold"
    if outside.kind == "consumption":
        return "consumed"
    return {"scrap": "scrap", "opening": "opening"}.get(outside.purpose, "adjustment")  # type: ignore[return-value]


def _check_quantity(move: MoveDraft, product: Product) -> None:
    amounts = [("quantity", move.quantity), ("rate", move.rate)]
    if move.price is not None:
        amounts.append(("price", move.price))
    for field, amount in amounts:
        # Compared in this order, since NaN compares with nothing.
        if not amount.is_finite() or not 0 <= amount < _MOST or (field != "price" and not amount):
            raise InvalidInput.of(
                field,
                phrase(
                    "{amount} cannot be moved of {product}: a number above zero is expected.",
                    amount=amount,
                    product=product.name,
                ),
            )
        if field == "quantity" and int(amount.normalize().as_tuple().exponent) < _DIGITS:
            raise InvalidInput.of(
                field, phrase("{amount} has too many digits after the point.", amount=amount)
            )
