"""What other addons may use of inventory: its events, and who may see and move goods.

`valuation_as_of` and `stock_values_by_category` say what the stock was worth on any day, which is
what the stock accounts of the books hold. Addons that sell or buy do not call inventory: they ask
`catalog.api.stock`, which leads here where inventory is enabled, and listen to `GoodsMoved`.
"""

from __future__ import annotations

from addons.inventory.events import (
    ConsignedGoods,
    ConsignedGoodsUsed,
    GoodsLine,
    GoodsMoved,
    ReplenishmentWanted,
    StockValued,
    ValueLine,
)
from addons.inventory.permissions import MOVE_GOODS, VIEW_STOCK, VIEW_VALUE
from addons.inventory.services.valuation.as_of import (
    ProductValue,
    stock_values_by_category,
    valuation_as_of,
)
from addons.inventory.services.valuation.unit_costs import cost_of

__all__ = [
    "MOVE_GOODS",
    "VIEW_STOCK",
    "VIEW_VALUE",
    "ConsignedGoods",
    "ConsignedGoodsUsed",
    "GoodsLine",
    "GoodsMoved",
    "ProductValue",
    "ReplenishmentWanted",
    "StockValued",
    "ValueLine",
    "cost_of",
    "stock_values_by_category",
    "valuation_as_of",
]
