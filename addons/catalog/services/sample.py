"""The products of a small trading company, for a sample company."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Product
from addons.catalog.services.ensuring import ensure_brands, ensure_categories
from addons.catalog.services.products import create_products
from addons.catalog.services.trading import tax_groups
from addons.catalog.services.units import find_unit

_TAXED: Final = "standard"
_FOOD: Final = ("Food", "Rice and grain")
_DRINKS: Final = ("Food", "Tea and coffee")
_CLOTHES: Final = ("Clothing", "Shirts")
_GOODS: Final[tuple[dict[str, Any], ...]] = (
    {
        "sku": "RICE-5", "name": "Basmati rice 5 kg", "name_local": "أرز بسمتي ٥ كجم",
        "barcode": "6291041500213", "sale_price": Decimal("42.50"), "weight": Decimal(5),
        "category": _FOOD, "brand": "Golden Field", "tracking": "lot", "expires": True,
        "packagings": (
            {"name": "Carton of 4", "quantity": Decimal(4), "barcode": "16291041500210"},
        ),
    },
    {
        "sku": "LENTILS", "name": "Red lentils", "name_local": "عدس أحمر", "unit": "kg",
        "sale_price": Decimal("7.25"), "weight": Decimal(1), "category": _FOOD,
    },
    {
        "sku": "TEA-100", "name": "Black tea, 100 bags", "name_local": "شاي أسود ١٠٠ كيس",
        "barcode": "5012345678900", "sale_price": Decimal("18.00"), "weight": Decimal("0.25"),
        "category": _DRINKS, "brand": "Hillside", "tracking": "lot", "expires": True,
    },
    {
        "sku": "COFFEE-500", "name": "Coffee beans 500 g", "name_local": "حبوب قهوة ٥٠٠ جم",
        "sale_price": Decimal("36.00"), "weight": Decimal("0.5"), "category": _DRINKS,
        "brand": "Hillside",
    },
    {
        "sku": "SCALE-40", "name": "Shop scale 40 kg", "name_local": "ميزان متجر ٤٠ كجم",
        "sale_price": Decimal("690.00"), "weight": Decimal("3.2"), "tracking": "serial",
        "category": ("Equipment",),
    },
    {
        "sku": "DELIVERY", "name": "Delivery in town", "name_local": "توصيل داخل المدينة",
        "kind": "service", "sale_price": Decimal("25.00"), "category": ("Services",),
    },
    *(
        {
            "name": "Work shirt", "name_local": "قميص عمل", "sale_price": Decimal("55.00"),
            "variant": f"Color: {color}; Size: {size}", "sku": f"SHIRT-{color[0]}-{size}",
            "category": _CLOTHES,
        }
        for color, size in (("White", "M"), ("White", "L"), ("Blue", "M"))
    ),
)  # fmt: skip


def fill(session: Session) -> None:
    """Goods with lots, serial numbers and variants, goods by the kilogram, and a service."""
    skus = [one["sku"] for one in _GOODS]
    if session.scalar(select(Product.id).where(Product.sku.in_(skus)).limit(1)) is not None:
        return
    categories = ensure_categories(session, {one["category"] for one in _GOODS})
    taxed = {"tax_group": _TAXED} if _TAXED in {one.value for one in tax_groups(session)} else {}
    brands = ensure_brands(session, {one["brand"] for one in _GOODS if "brand" in one})
    several = []
    for one in _GOODS:
        unit = find_unit(session, one.get("unit", "pcs"))
        several.append(
            {
                **taxed,
                **one,
                "category_id": categories[one["category"]],
                "brand_id": brands.get(one.get("brand", "")),
                "unit_id": unit.id if unit else None,
            }
        )
    create_products(session, several)
