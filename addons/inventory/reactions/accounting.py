"""Beside the books: what the goods are worth, so that the books can be held against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import StockLedger
from addons.inventory.services.valuation.as_of import stock_values_by_category
from core.api import Extension


class GoodsLedger:
    """What the stock's own valuation says, on any day."""

    def value_by_category(self, session: Session, day: date, /) -> Mapping[int | None, Decimal]:
        """What the goods of each category of products are worth at the end of a day, in the
        company's currency."""
        return stock_values_by_category(session, day)


EXTENSIONS: Final = (Extension(StockLedger, "inventory", GoodsLedger()),)
