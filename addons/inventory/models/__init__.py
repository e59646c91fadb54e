"""The tables of the schema `inventory`, one file for each subject."""

from __future__ import annotations

from typing import Final

from addons.inventory.models import costs, locations, lots, moves, valuation
from addons.inventory.models.costs import CostEvent, CostPool, LayerUse, StockRule
from addons.inventory.models.locations import LOCATION_KINDS, OWN_KINDS, Location, Warehouse
from addons.inventory.models.lots import Lot
from addons.inventory.models.moves import Move, OnHand
from addons.inventory.models.valuation import MonthValue, Valuation, ValueEntry

MODELS: Final[tuple[type, ...]] = (
    *locations.MODELS,
    *lots.MODELS,
    *moves.MODELS,
    *valuation.MODELS,
    *costs.MODELS,
)

__all__ = [
    "LOCATION_KINDS",
    "MODELS",
    "OWN_KINDS",
    "CostEvent",
    "CostPool",
    "LayerUse",
    "Location",
    "Lot",
    "Move",
    "MonthValue",
    "OnHand",
    "StockRule",
    "Valuation",
    "ValueEntry",
    "Warehouse",
]
