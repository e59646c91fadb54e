"""What other addons may use of inventory: its events, and who may see and move goods.

Addons that sell or buy do not call inventory: they ask `catalog.api.stock`, which leads here where
inventory is enabled, and listen to `GoodsMoved`.
"""

from __future__ import annotations

from addons.inventory.events import (
    GoodsLine,
    GoodsMoved,
    ReplenishmentWanted,
    StockValued,
    ValueLine,
)
from addons.inventory.permissions import MOVE_GOODS, VIEW_STOCK, VIEW_VALUE

__all__ = [
    "MOVE_GOODS",
    "VIEW_STOCK",
    "VIEW_VALUE",
    "GoodsLine",
    "GoodsMoved",
    "ReplenishmentWanted",
    "StockValued",
    "ValueLine",
]
