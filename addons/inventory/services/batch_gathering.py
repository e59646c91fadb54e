"""Gathers transfers into batches by a rule: a wave for a carrier, a zone, a product or a day, in
batches as large as one cart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.models import Batch
from core.api import Conflict, InvalidInput, announce, phrase

Apart = Literal["", "carrier", "day", "zone"]
APART: Final[tuple[Apart, ...]] = ("", "carrier", "day", "zone")
GATHERED_KINDS: Final = ("pick", "pack", "delivery", "internal", "store", "supplier_return")
MOST: Final = 200

# The zone of a transfer is the first place, below the place that it takes from, of its goods.
_FOUND: Final = text("""
SELECT transfer.id, transfer.day, transfer.carrier_id, coalesce(carrier.name, '') AS carrier,
       coalesce((SELECT min(split_part(substr(place.path, length(start.path) + 2), '/', 1))
                   FROM inventory.transfer_line AS line
                   JOIN inventory.reservation AS held ON held.line_id = line.id
                   JOIN inventory.location AS place ON place.id = held.location_id
                  WHERE line.transfer_id = transfer.id), '') AS zone
  FROM inventory.transfer AS transfer
  JOIN inventory.location AS start ON start.id = transfer.from_location_id
  LEFT JOIN inventory.carrier ON carrier.id = transfer.carrier_id
 WHERE transfer.state = 'ready' AND transfer.batch_id IS NULL AND transfer.kind = :kind
   AND (CAST(:warehouse AS bigint) IS NULL OR transfer.warehouse_id = :warehouse)
   AND (CAST(:until AS date) IS NULL OR transfer.day <= :until)
   AND (CAST(:carrier AS bigint) IS NULL OR transfer.carrier_id = :carrier)
   AND (CAST(:product AS bigint) IS NULL OR EXISTS
        (SELECT 1 FROM inventory.transfer_line AS line
          WHERE line.transfer_id = transfer.id AND line.product_id = :product))
   AND (CAST(:zone AS bigint) IS NULL OR EXISTS
        (SELECT 1 FROM inventory.transfer_line AS line
           JOIN inventory.reservation AS held ON held.line_id = line.id
           JOIN inventory.location AS place ON place.id = held.location_id
           JOIN inventory.location AS root ON root.id = :zone
          WHERE line.transfer_id = transfer.id
            AND (place.id = root.id OR starts_with(place.path, root.path || '/'))))
 ORDER BY transfer.day, transfer.id
   FOR UPDATE OF transfer SKIP LOCKED
""")
_JOIN: Final = text("""
UPDATE inventory.transfer SET batch_id = :batch WHERE id = ANY(CAST(:ids AS bigint[]))
""")


@dataclass(frozen=True, slots=True)
class Rule:
    """Which transfers are gathered: of a kind, ready, in no batch yet; `zone_id` is a place below
    which some of their goods lie. `apart` says which of them never share a batch, `most` how many
    do."""

    kind: str = "delivery"
    warehouse_id: int | None = None
    until: date | None = None
    carrier_id: int | None = None
    product_id: int | None = None
    zone_id: int | None = None
    picker_id: int | None = None
    apart: Apart = ""
    most: int = 10


def gather(session: Session, rule: Rule, name: str) -> Sequence[Batch]:
    """Make batches of what a rule finds; two who gather at once never get the same transfer. Raises
    InvalidInput, naming the field, and Conflict where nothing is found."""
    if not name.strip():
        raise InvalidInput.of("name", phrase("Give the batches a name."))
    if rule.kind not in GATHERED_KINDS:
        raise InvalidInput.of("kind", phrase("Transfers of this kind are not gathered."))
    if not 1 <= rule.most <= MOST:
        raise InvalidInput.of(
            "most", phrase("Write a number from {low} to {high}.", low=1, high=MOST)
        )
    found = session.execute(
        _FOUND,
        {
            "kind": rule.kind,
            "warehouse": rule.warehouse_id,
            "until": rule.until,
            "carrier": rule.carrier_id,
            "product": rule.product_id,
            "zone": rule.zone_id,
        },
    ).all()
    if not found:
        raise Conflict(
            phrase("No transfer is ready that fits."),
            fix=phrase("Loosen the rule, or reserve goods for those that wait."),
        )
    chunks = [
        (said, rows[start : start + rule.most])
        for said, rows in _apart(found, rule.apart)
        for start in range(0, len(rows), rule.most)
    ]
    made: list[Batch] = []
    for place, (said, rows) in enumerate(chunks, start=1):
        parts = (name.strip(), said, str(place) if len(chunks) > 1 else "")
        batch = Batch(name=" ".join(filter(None, parts)), picker_id=rule.picker_id)
        session.add(batch)
        session.flush()
        session.execute(_JOIN, {"batch": batch.id, "ids": [row.id for row in rows]})
        made.append(batch)
    announce(session, "inventory.transfers", *(row.id for row in found))
    return made


def _apart(rows: Sequence[Any], apart: Apart) -> list[tuple[str, list[Any]]]:
    if not apart:
        return [("", list(rows))]

    def key(row: Any) -> str:
        return str(getattr(row, apart))

    return [(said, list(group)) for said, group in groupby(sorted(rows, key=key), key=key)]
