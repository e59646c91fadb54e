"""What inventory tells the other addons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from core.api import Event

Role = Literal[
    "stock",
    "received",
    "sold",
    "variance",
    "exchange",
    "adjustment",
    "scrap",
    "landed",
    "revaluation",
    "opening",
    "consumed",
]
"""Which account a value belongs to: goods in stock; goods received and not billed yet; cost of
goods sold; the differences of price and of exchange rate between a receipt and its bill, of goods
that are gone; counts; scrap; landed costs until their bill; revaluations by hand and by method;
opening stock; goods the company used itself."""


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """Goods of a document's line; `value` is in the company's currency, and positive."""

    line_id: int
    product_id: int
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class GoodsMoved(Event, name="inventory.GoodsMoved"):
    """Goods of a document crossed the border of the company. `key` is that of the document's own
    movement, and empty where they were moved in the warehouse."""

    transfer_id: int
    number: str
    way: Literal["receipt", "delivery", "customer_return", "supplier_return"]
    day: date
    source_type: str
    source_id: int
    contact_id: int | None
    lines: tuple[GoodsLine, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value in the company's currency: positive is a debit of its account."""

    role: Role
    amount: Decimal
    product_id: int
    category_id: int | None
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class StockValued(Event, name="inventory.StockValued"):
    """The value of the stock changed. The lines sum to zero; those of the role "stock" are what
    the stock is worth more. `number` is that of the document that did it."""

    valuation_id: int
    day: date
    reason: str
    number: str
    contact_id: int | None
    branch_id: int | None
    lines: tuple[ValueLine, ...]


@dataclass(frozen=True, slots=True)
class ConsignedGoods:
    """Goods of a supplier that were used, in their stock unit: less than nothing for those that
    came back to him unused. `price` is what he asks for one, in `currency`; `value` is what was put
    down for all of them, in the company's."""

    move_id: int
    product_id: int
    quantity: Decimal
    price: Decimal
    currency: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class ConsignedGoodsUsed(Event, name="inventory.ConsignedGoodsUsed"):
    """Goods that lay in a warehouse as a supplier's became the company's, or its customer's: they
    are bought by that, and to be billed. `number` is that of the document that moved them."""

    contact_id: int
    number: str
    day: date
    branch_id: int | None
    goods: tuple[ConsignedGoods, ...]


@dataclass(frozen=True, slots=True)
class ReplenishmentWanted(Event, name="inventory.ReplenishmentWanted"):
    """Goods of a product should be bought for a warehouse, in its stock unit, to be there on a
    day. `reason` says in words why. It is asked once for each `replenishment_id`."""

    replenishment_id: int
    product_id: int
    warehouse_id: int
    quantity: Decimal
    needed_by: date
    reason: str
