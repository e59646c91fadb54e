"""What there is, from the balances that the database keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.inventory.models import Location, OnHand
from addons.inventory.services.ledger.values import Balance

_NONE: Final = Decimal(0)


def on_hand(
    session: Session,
    product_ids: Collection[int],
    location_ids: Collection[int] | None = None,
) -> tuple[Balance, ...]:
    """What there is of these products at these locations, or at all of the company's: a balance
    for each lot and location where there is something, or less than nothing."""
    wanted = select(OnHand.product_id, OnHand.location_id, OnHand.lot_id, OnHand.quantity).where(
        OnHand.product_id == func.any(id_array(product_ids)), OnHand.quantity != 0
    )
    if location_ids is not None:
        wanted = wanted.where(OnHand.location_id == func.any(id_array(location_ids)))
    rows = session.execute(wanted.order_by(OnHand.product_id, OnHand.location_id, OnHand.lot_id))
    return tuple(Balance(*row) for row in rows)


def on_hand_in_warehouse(
    session: Session, product_ids: Collection[int], warehouse_id: int | None
) -> Mapping[int, Decimal]:
    """What there is of each of these products in a warehouse, or in all of them. Goods on the way
    are in none."""
    wanted = (
        select(OnHand.product_id, func.sum(OnHand.quantity))
        .join(Location, Location.id == OnHand.location_id)
        .where(
            OnHand.product_id == func.any(id_array(product_ids)),
            Location.kind.in_(("internal", "consigned")),
        )
        .group_by(OnHand.product_id)
    )
    if warehouse_id is not None:
        wanted = wanted.where(Location.warehouse_id == warehouse_id)
    found = {row[0]: row[1] for row in session.execute(wanted)}
    return {product_id: found.get(product_id, _NONE) for product_id in product_ids}


def id_array(ids: Collection[int]) -> BindParameter[Sequence[int]]:
    """One parameter however many ids there are, so that the statement is prepared once."""
    return bindparam(None, sorted(set(ids)), type_=ARRAY(BIGINT))
