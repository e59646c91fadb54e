"""What a real company brings: its master data, stock, orders, and the days on which they went on.

The adapters beside this file read the sample companies into these values. Rows are written for the
import wizard, with titles as people write them; the values beside them are what tests count with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
Row = dict[str, object]


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to two digits, as money is."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class SaleLine:
    """What a customer ordered of a product; the discount is a percentage."""

    sku: str
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        """What it comes to, in cents."""
        return cents(self.quantity * self.price * (100 - self.discount) / 100)


@dataclass(frozen=True, slots=True)
class Sale:
    """An order of a customer: when it was shipped (None: never) and paid."""

    number: str
    customer: str
    day: date
    due: date
    shipped: date | None
    lines: tuple[SaleLine, ...]


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """What was ordered of a supplier, what came of it, and what was sent back."""

    sku: str
    quantity: Decimal
    price: Decimal
    received: Decimal
    rejected: Decimal

    @property
    def net(self) -> Decimal:
        """What the order asks for, in cents."""
        return cents(self.quantity * self.price)

    @property
    def kept(self) -> Decimal:
        """What was neither missing nor sent back."""
        return self.received - self.rejected

    @property
    def billed(self) -> Decimal:
        """What the supplier asks for what was kept, in cents."""
        return cents(self.kept * self.price)


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order to a supplier; what is not complete has no day on which it came."""

    number: str
    supplier: str
    day: date
    due: date
    came: date | None
    lines: tuple[PurchaseLine, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """Goods that were there at the beginning, at a place."""

    sku: str
    quantity: Decimal
    cost: Decimal
    place: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RealCompany:
    """All of it, in the order in which it is brought in."""

    begins: date
    contacts: Sequence[Row]
    products: Sequence[Row]
    places: Sequence[str]
    opening: Sequence[Opening]
    purchases: Sequence[Purchase]
    sales: Sequence[Sale]
    purchase_tax: Decimal = Decimal(0)
    services: frozenset[str] = frozenset()
