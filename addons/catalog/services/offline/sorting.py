"""Units, categories, brands and how scales write barcodes, for those who sell without a network."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Brand, Category, Unit
from addons.catalog.options import CatalogOptions
from core.api import options


def offline_units(session: Session) -> list[dict[str, Any]]:
    """All units: documents of years ago may name one that rests."""
    return [
        {
            "id": one.id,
            "code": one.code,
            "name": one.name,
            "name_local": one.name_local,
            "category": one.category_id,
            "factor": f"{one.factor.normalize():f}",
            "digits": one.digits,
            "standard_code": one.standard_code,
        }
        for one in session.scalars(select(Unit).order_by(Unit.id))
    ]


def offline_categories(session: Session) -> list[dict[str, Any]]:
    """The active categories, in the order of their full names."""
    columns = (Category.id, Category.name, Category.name_local, Category.parent_id, Category.path)
    wanted = select(*columns).where(Category.active).order_by(Category.full_name, Category.id)
    names = ("id", "name", "name_local", "parent", "path")
    return [dict(zip(names, row, strict=True)) for row in session.execute(wanted)]


def offline_brands(session: Session) -> list[dict[str, Any]]:
    """The active brands by their names."""
    columns = (Brand.id, Brand.name, Brand.name_local)
    wanted = select(*columns).where(Brand.active).order_by(Brand.name)
    names = ("id", "name", "name_local")
    return [dict(zip(names, row, strict=True)) for row in session.execute(wanted)]


def barcode_rules(session: Session) -> dict[str, Any]:
    """Which barcodes of scales hold a weight or a price, and with how many decimals."""
    chosen = options(session, CatalogOptions)
    return {
        "weight_prefixes": _prefixes(chosen.weight_prefixes),
        "weight_digits": chosen.weight_digits,
        "price_prefixes": _prefixes(chosen.price_prefixes),
        "price_digits": chosen.price_digits,
    }


def _prefixes(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
