"""The market's table of contents; what runs within a page raises, or breaks its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import FoundRecord, OptionSet, Slot, Tile, hookimpl
from tests.fake_addons.good.market.options import MarketOptions


@hookimpl
def register_options() -> list[OptionSet]:
    return [OptionSet(MarketOptions, "Market")]


@hookimpl
def register_slots() -> list[Slot]:
    return [Slot("garden.plant", "market/price.html", _price, order=1)]


@hookimpl
def addons_changed(session: Session) -> None:
    raise RuntimeError("nothing is in step here")


@hookimpl
def find_records(session: Session, text: str) -> list[FoundRecord]:
    raise RuntimeError("the market has closed")


@hookimpl
def page_tiles(session: Session) -> list[Tile]:
    session.execute(text("SELECT price FROM market.no_such_table"))
    return [Tile("Prices", "high", "/market")]


def _price(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    raise LookupError("no price")
