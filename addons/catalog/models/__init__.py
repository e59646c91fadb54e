"""The tables of the schema `catalog`."""

from __future__ import annotations

from addons.catalog.models.attributes import Attribute, AttributeValue
from addons.catalog.models.barcodes import Barcode, Packaging
from addons.catalog.models.bundles import Bundle, BundlePart
from addons.catalog.models.labels import LabelDesign
from addons.catalog.models.margins import MarginOverride
from addons.catalog.models.numbering import SkuSeries
from addons.catalog.models.pictures import Picture
from addons.catalog.models.prices import KnownCost, PriceList, PriceListParty, PriceRule
from addons.catalog.models.products import Exclusion, Product, Template, TemplateValue
from addons.catalog.models.sorting import Brand, Category
from addons.catalog.models.units import Unit, UnitCategory

MODELS: tuple[type, ...] = (
    UnitCategory,
    Unit,
    Category,
    Brand,
    Attribute,
    AttributeValue,
    Template,
    TemplateValue,
    Exclusion,
    Product,
    Packaging,
    Barcode,
    Picture,
    SkuSeries,
    PriceList,
    PriceListParty,
    PriceRule,
    KnownCost,
    Bundle,
    BundlePart,
    MarginOverride,
    LabelDesign,
)

__all__ = [
    "MODELS",
    "Attribute",
    "AttributeValue",
    "Barcode",
    "Brand",
    "Bundle",
    "BundlePart",
    "Category",
    "Exclusion",
    "KnownCost",
    "LabelDesign",
    "MarginOverride",
    "Packaging",
    "Picture",
    "PriceList",
    "PriceListParty",
    "PriceRule",
    "Product",
    "SkuSeries",
    "Template",
    "TemplateValue",
    "Unit",
    "UnitCategory",
]
