"""Two designs of labels for a sample company: one for goods, one for the shelf."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.models import LabelDesign
from core.api import Element, phrase, write_elements


def fill_designs(session: Session) -> None:
    """A label with a barcode for a roll, and price labels on sheets of A4."""
    goods = (
        Element("text", 2, 1.5, 46, 5, "{name}", size=10, bold=True),
        Element("text", 2, 6.5, 46, 5, "{name_local}", size=9, align="right"),
        Element("code", 2, 12, 46, 13, "{barcode}"),
        Element("text", 2, 25.5, 22, 4, "{sku}", size=7),
        Element("text", 24, 25.5, 24, 4, "{price}", size=8, bold=True, align="right"),
    )
    shelf = (
        Element("box", 1, 1, 68, 35, thickness=0.3),
        Element("text", 3, 2.5, 64, 6, "{name}", size=12, bold=True),
        Element("text", 3, 8.5, 64, 6, "{name_local}", size=11, align="right"),
        Element("line", 3, 15, 64, 0.3, thickness=0.2),
        Element("text", 3, 16.5, 42, 12, "{amount_with_tax}", size=28, bold=True),
        Element("text", 3, 29, 42, 5, "{currency} / {unit}", size=9),
        Element("code", 46, 17, 20, 17, "{barcode}", symbology="datamatrix"),
    )
    session.add_all(
        [
            LabelDesign(
                name=phrase("Goods, 50 × 30 mm"),
                kind="product",
                width=Decimal(50),
                height=Decimal(30),
                elements=write_elements(goods),
                is_default=True,
            ),
            LabelDesign(
                name=phrase("Shelf, A4 with 3 × 8"),
                kind="shelf",
                width=Decimal(70),
                height=Decimal(37),
                columns=3,
                rows=8,
                page_width=Decimal(210),
                page_height=Decimal(297),
                top=Decimal("0.5"),
                elements=write_elements(shelf),
                is_default=True,
            ),
        ]
    )
    session.flush()
