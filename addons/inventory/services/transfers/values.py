"""Transfers as values: what is read of one, what of it is to move, and what came of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

ZERO: Final = Decimal(0)
OPEN_STATES: Final = ("draft", "waiting", "ready")
ACTIVE_STATES: Final = ("waiting", "ready")
DIRECT: Final = ("direct", "direct_return")
"""Kinds by which goods go from a supplier to a customer, or back, past the company's places."""
CROSSING: Final = ("receipt", "delivery", "customer_return", "supplier_return")
"""Kinds of transfers by which goods cross the border of the company."""
INCOMING: Final = ("receipt", "customer_return", "direct", "direct_return")
"""Kinds whose goods come from outside, so that there is nothing to reserve."""
INBOUND: Final = ("receipt", "customer_return", "arrive")
"""Kinds by which goods come into a warehouse."""
OUTBOUND: Final = ("delivery", "supplier_return", "send", "scrap", "consume")
"""Kinds by which goods leave a warehouse."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a transfer as it stands."""

    id: int
    product_id: int
    quantity: Decimal
    moved: Decimal
    unit_price: Decimal
    source_line_id: int | None
    feeds_id: int | None
    returns_line_id: int | None
    for_line_id: int | None = None

    @property
    def left(self) -> Decimal:
        """What has not moved yet."""
        return max(self.quantity - self.moved, ZERO)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A transfer as it stands, with its lines."""

    id: int
    kind: str
    way: str
    state: str
    number: str | None
    warehouse_id: int
    from_id: int
    to_id: int
    contact_id: int | None
    day: date
    source_type: str
    source_id: int | None
    source_number: str
    key: str
    currency: str
    rate: Decimal
    over_tolerance: Decimal
    reason: str
    lines: tuple[SheetLine, ...] = ()
    for_type: str = ""
    for_id: int | None = None
    for_number: str = ""
    for_contact_id: int | None = None

    @property
    def crosses(self) -> bool:
        """Whether it is the step of its way by which goods cross the border of the company."""
        return self.kind == self.way or self.kind in DIRECT

    @property
    def called(self) -> str:
        """Its number, or the one that it is known by before it is done."""
        return self.number or f"#{self.id}"


@dataclass(frozen=True, slots=True)
class LotPart:
    """A quantity of a lot that is named; `expires_on` tells of one that arrives."""

    name: str
    quantity: Decimal
    expires_on: date | None = None
    from_id: int | None = None
    to_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a line is to move: a quantity, and of it the lots or places that were named."""

    quantity: Decimal
    parts: tuple[LotPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Goods of a line that go from one place to another."""

    line: SheetLine
    from_id: int
    to_id: int
    quantity: Decimal
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a transfer: its number, the back-order for the rest, and what to tell."""

    transfer_id: int
    number: str
    backorder_id: int | None
    warnings: tuple[str, ...] = ()
