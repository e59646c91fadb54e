"""What is asked about prices, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class PriceQuestion:
    """What does a product cost? `quantity` is in the unit, which is the stock unit if None; a
    contact of None is somebody unknown. The sign of the quantity does not count: a return is asked
    like its sale."""

    product_id: int
    contact_id: int | None
    quantity: Decimal
    unit_id: int | None
    day: date
    currency: str


@dataclass(frozen=True, slots=True)
class PriceFound:
    """The price of one unit that was asked for, in the currency that was asked for. What the
    customer pays is `price` less `discount_percent`, which is 0 unless the list shows discounts.
    Without a list it is the product's sale price. `rule_id` is the rule that won."""

    price: Decimal
    list_id: int | None = None
    list_name: str = ""
    discount_percent: Decimal = ZERO
    rule_id: int | None = None

    @property
    def net(self) -> Decimal:
        """What one unit comes to after the discount."""
        return self.price * (100 - self.discount_percent) / 100
