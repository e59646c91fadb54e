"""What is handed to those who write what happened to pools of costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from addons.inventory.services.costs.money import ZERO
from addons.inventory.services.costs.pool import Kind
from addons.inventory.services.costs.pools import PoolRow
from addons.inventory.services.ledger.values import NO_SOURCE, Source


@dataclass(frozen=True, slots=True)
class Header:
    """What a valuation says of itself."""

    day: date
    reason: str
    number: str = ""
    contact_id: int | None = None
    branch_id: int | None = None
    source: Source = NO_SOURCE


@dataclass(frozen=True, slots=True)
class Draft:
    """A happening that is to be written: see the columns of `cost_event`."""

    pool: PoolRow
    kind: Kind
    quantity: Decimal = ZERO
    amount: Decimal = ZERO
    role: str = ""
    layer_id: int | None = None
    method: str = ""
    move_id: int | None = None
    gone_as: str = ""
