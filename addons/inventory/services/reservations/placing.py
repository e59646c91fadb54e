"""Chooses the bin that goods are put away into, where a storage rule names a zone and leaves the
choice: the one that was used last, or the closest that has room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.reservations.storage import Storage

# Bins are the places that hold no others; the path is the order of the walk through them.
_BINS: Final = text("""
SELECT bin.id, coalesce(sum(pile.quantity) FILTER (WHERE pile.product_id = :product), 0) AS mine,
       coalesce(sum(pile.quantity) FILTER (WHERE pile.product_id <> :product), 0) AS others,
       max(pile.since) FILTER (WHERE pile.product_id = :product AND pile.quantity > 0) AS since
  FROM inventory.location AS zone
  JOIN inventory.location AS bin
    ON bin.active AND bin.kind = 'internal'
   AND (bin.id = zone.id OR starts_with(bin.path, zone.path || '/'))
   AND NOT EXISTS (SELECT 1 FROM inventory.location AS inner_one
                    WHERE inner_one.parent_id = bin.id AND inner_one.active)
  LEFT JOIN inventory.on_hand AS pile ON pile.location_id = bin.id AND pile.quantity > 0
 WHERE zone.id = :zone
 GROUP BY bin.id, bin.path ORDER BY bin.path
""")


class _Bin(NamedTuple):
    id: int
    mine: Decimal
    others: Decimal
    since: datetime | None


def place_for(session: Session, rule: Storage, product_id: int, quantity: Decimal) -> int | None:
    """Where so much of a product is put away by a rule; the zone itself where no bin has room, so
    that goods never wait for one."""
    if rule.put_into is None or rule.strategy == "fixed":
        return rule.put_into
    asked = {"zone": rule.put_into, "product": product_id}
    bins = [_Bin(*row) for row in session.execute(_BINS, asked)]
    return _chosen(rule, bins, quantity)


# The same for packages of a kind: how many of them, and of others, stand in each bin.
_BINS_OF_PACKAGES: Final = text("""
SELECT bin.id, count(package.id) FILTER (WHERE package.type_id = :type) AS mine,
       count(package.id) FILTER (WHERE package.type_id IS DISTINCT FROM :type) AS others,
       max(package.updated_at) FILTER (WHERE package.type_id = :type) AS since
  FROM inventory.location AS zone
  JOIN inventory.location AS bin
    ON bin.active AND bin.kind = 'internal'
   AND (bin.id = zone.id OR starts_with(bin.path, zone.path || '/'))
   AND NOT EXISTS (SELECT 1 FROM inventory.location AS inner_one
                    WHERE inner_one.parent_id = bin.id AND inner_one.active)
  LEFT JOIN inventory.package ON package.location_id = bin.id AND package.parent_id IS NULL
 WHERE zone.id = :zone
 GROUP BY bin.id, bin.path ORDER BY bin.path
""")


def place_for_package(session: Session, rule: Storage, type_id: int) -> int | None:
    """Where a package of a kind is put away by a rule, whose capacity counts packages."""
    if rule.put_into is None or rule.strategy == "fixed":
        return rule.put_into
    asked = {"zone": rule.put_into, "type": type_id}
    bins = [_Bin(*row) for row in session.execute(_BINS_OF_PACKAGES, asked)]
    return _chosen(rule, bins, Decimal(1))


def _chosen(rule: Storage, bins: Sequence[_Bin], more: Decimal) -> int | None:
    fitting = [one for one in bins if rule.capacity is None or one.mine + more <= rule.capacity]
    last = _last_used(fitting) if rule.strategy == "last" else None
    free = [one for one in fitting if not one.others and (rule.capacity or not one.mine)]
    return last or next((one.id for one in free), rule.put_into)


def _last_used(bins: Sequence[_Bin]) -> int | None:
    used = [(one.since, one.id) for one in bins if one.since is not None]
    return max(used)[1] if used else None
