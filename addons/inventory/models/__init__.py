"""The tables of the schema `inventory`, one file for each subject."""

from __future__ import annotations

from typing import Final

from addons.inventory.models import (
    adjusting,
    billing,
    consigned,
    costs,
    counts,
    landed,
    locations,
    lots,
    moves,
    packages,
    reorder,
    reservations,
    transfers,
    valuation,
)
from addons.inventory.models.adjusting import OpeningStock, Revaluation
from addons.inventory.models.billing import BilledLine, BillMatch
from addons.inventory.models.consigned import WHOSE, ConsignedPurchase, LentGoods
from addons.inventory.models.costs import CostEvent, CostPool, LayerUse, StockRule
from addons.inventory.models.counts import CountLine, CountPlan, StockCount
from addons.inventory.models.landed import (
    LandedCost,
    LandedCostLine,
    LandedCostReceipt,
    LandedShare,
)
from addons.inventory.models.locations import (
    KEPT_KINDS,
    LOCATION_KINDS,
    OWN_KINDS,
    Location,
    Warehouse,
)
from addons.inventory.models.lots import Lot
from addons.inventory.models.moves import Move, OnHand
from addons.inventory.models.packages import Package, PackageItem, PackageStep, PackageType
from addons.inventory.models.reorder import ReorderRule, Replenishment
from addons.inventory.models.reservations import Reservation, StorageRule
from addons.inventory.models.transfers import Batch, Carrier, Pick, Transfer, TransferLine
from addons.inventory.models.valuation import MonthValue, Valuation, ValueEntry

MODELS: Final[tuple[type, ...]] = (
    *locations.MODELS,
    *lots.MODELS,
    *moves.MODELS,
    *valuation.MODELS,
    *costs.MODELS,
    *landed.MODELS,
    *billing.MODELS,
    *consigned.MODELS,
    *adjusting.MODELS,
    *transfers.MODELS,
    *packages.MODELS,
    *reservations.MODELS,
    *counts.MODELS,
    *reorder.MODELS,
)

__all__ = [
    "KEPT_KINDS",
    "LOCATION_KINDS",
    "MODELS",
    "OWN_KINDS",
    "WHOSE",
    "Batch",
    "BillMatch",
    "BilledLine",
    "Carrier",
    "ConsignedPurchase",
    "CostEvent",
    "CostPool",
    "CountLine",
    "CountPlan",
    "LandedCost",
    "LandedCostLine",
    "LandedCostReceipt",
    "LandedShare",
    "LayerUse",
    "LentGoods",
    "Location",
    "Lot",
    "MonthValue",
    "Move",
    "OnHand",
    "OpeningStock",
    "Package",
    "PackageItem",
    "PackageStep",
    "PackageType",
    "Pick",
    "ReorderRule",
    "Replenishment",
    "Reservation",
    "Revaluation",
    "StockCount",
    "StockRule",
    "StorageRule",
    "Transfer",
    "TransferLine",
    "Valuation",
    "ValueEntry",
    "Warehouse",
]
