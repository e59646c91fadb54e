"""What products cost: as inventory keeps it, or where it keeps none as somebody wrote it down."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models.prices import KnownCost
from addons.catalog.services.trading import stock


def unit_costs(session: Session, product_ids: Collection[int]) -> dict[int, Decimal]:
    """What a stock unit of each product costs now, in the company's currency; products of which
    nothing is known are left out. What inventory says comes before what was written down."""
    wanted = set(product_ids)
    if not wanted:
        return {}
    keeper = stock(session)
    found = dict(keeper.unit_costs(session, wanted)) if keeper is not None else {}
    missing = wanted - found.keys()
    if missing:
        rows = session.execute(
            select(KnownCost.product_id, KnownCost.cost).where(KnownCost.product_id.in_(missing))
        )
        found.update({row[0]: row[1] for row in rows})
    return found
