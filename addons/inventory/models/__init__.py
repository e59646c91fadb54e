"""The tables of the schema `inventory`, one file for each subject."""

from __future__ import annotations

from typing import Final

from addons.inventory.models import (
    adjusting,
    billing,
    costs,
    counts,
    landed,
    locations,
    lots,
    moves,
    reorder,
    reservations,
    transfers,
    valuation,
)
from addons.inventory.models.adjusting import OpeningStock, Revaluation
from addons.inventory.models.billing import BilledLine, BillMatch
from addons.inventory.models.costs import CostEvent, CostPool, LayerUse, StockRule
from addons.inventory.models.counts import CountLine, CountPlan, StockCount
from addons.inventory.models.landed import (
    LandedCost,
    LandedCostLine,
    LandedCostReceipt,
    LandedShare,
)
from addons.inventory.models.locations import LOCATION_KINDS, OWN_KINDS, Location, Warehouse
from addons.inventory.models.lots import Lot
from addons.inventory.models.moves import Move, OnHand
from addons.inventory.models.reorder import ReorderRule, Replenishment
from addons.inventory.models.reservations import Reservation, StorageRule
from addons.inventory.models.transfers import Batch, Pick, Transfer, TransferLine
from addons.inventory.models.valuation import MonthValue, Valuation, ValueEntry

MODELS: Final[tuple[type, ...]] = (
    *locations.MODELS,
    *lots.MODELS,
    *moves.MODELS,
    *valuation.MODELS,
    *costs.MODELS,
    *landed.MODELS,
    *billing.MODELS,
    *adjusting.MODELS,
    *transfers.MODELS,
    *reservations.MODELS,
    *counts.MODELS,
    *reorder.MODELS,
)

__all__ = [
    "LOCATION_KINDS",
    "MODELS",
    "OWN_KINDS",
    "Batch",
    "BillMatch",
    "BilledLine",
    "CostEvent",
    "CostPool",
    "CountLine",
    "CountPlan",
    "LandedCost",
    "LandedCostLine",
    "LandedCostReceipt",
    "LandedShare",
    "LayerUse",
    "Location",
    "Lot",
    "MonthValue",
    "Move",
    "OnHand",
    "OpeningStock",
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
