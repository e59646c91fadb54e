"""Products: list and form."""

from __future__ import annotations

from typing import Final

from addons.catalog.models import Product
from addons.catalog.models.shared import KINDS, TRACKINGS
from addons.catalog.permissions import DELETE_PRODUCTS, EDIT_PRODUCTS, VIEW_PRODUCTS
from addons.catalog.services import changing, products
from addons.catalog.views.described import GENERAL, MEASURES, MORE, TRADE
from core.api import (
    Access,
    Column,
    Discussion,
    Duplicate,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    Operations,
    Print,
    Resource,
    Section,
    msg,
)


def product_title(product: Product) -> str:
    """Its code and name."""
    return f"{product.sku} {product.name}"


PRODUCTS: Final = Resource(
    name="products",
    model=Product,
    title=msg("Products"),
    singular=msg("Product"),
    help=msg("What is bought, kept in stock and sold, each variant by itself."),
    access=Access(VIEW_PRODUCTS, EDIT_PRODUCTS, EDIT_PRODUCTS, DELETE_PRODUCTS),
    importing=Importing(
        key=("sku",),
        takes_along=("catalog.templates",),
        synonyms=(
            ("sku", "SKU"),
            ("sku", "Product number"),
            ("sku", "Item code"),
            ("sku", "StockCode"),
            ("sku", "رمز الصنف"),
            ("name", "Product name"),
            ("name", "Item"),
            ("name", "اسم الصنف"),
            ("name", "নাম"),
            ("barcode", "EAN"),
            ("barcode", "GTIN"),
            ("barcode", "UPC"),
            ("barcode", "الباركود"),
            ("sale_price", "Price"),
            ("sale_price", "Unit price"),
            ("sale_price", "List price"),
            ("sale_price", "السعر"),
            ("category_id", "Product category"),
            ("unit_id", "Unit"),
            ("unit_id", "UoM"),
            ("template_id", "Parent"),
            ("variant", "Options"),
        ),
    ),
    columns=(
        Column("sku", msg("Code")),
        Column("name", msg("Name")),
        Column("name_local", msg("Name in the other language"), optional=True),
        Column("variant", msg("Variant"), optional=True),
        Column("category.full_name", msg("Category")),
        Column("brand.name", msg("Brand"), optional=True),
        Column("barcode", msg("Barcode")),
        Column("sale_price", msg("Sale price"), widget="money"),
        Column("unit.code", msg("Unit")),
        Column("kind", msg("Kind"), choices=KINDS, optional=True),
        Column("tracking", msg("Tracking"), choices=TRACKINGS, optional=True),
        Column("tax_group", msg("Tax group"), optional=True),
        Column("weight", msg("Weight in kg"), optional=True),
        Column("volume", msg("Volume in litres"), optional=True),
        Column("sellable", msg("Can be sold"), optional=True),
        Column("purchasable", msg("Can be bought"), optional=True),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=product_title,
    search=("sku", "name", "name_local", "codes"),
    filters=(
        Filter("category_id", msg("Category"), reference="catalog.categories"),
        Filter("brand_id", msg("Brand"), reference="catalog.brands"),
        Filter("template_id", msg("Template"), reference="catalog.templates"),
        Filter("kind", msg("Kind"), choices=KINDS),
        Filter("tracking", msg("Tracking"), choices=TRACKINGS),
        Filter("tax_group", msg("Tax group")),
        Filter("sale_price", msg("Sale price")),
        Filter("sellable", msg("Can be sold")),
        Filter("purchasable", msg("Can be bought")),
        Filter("active", msg("Active")),
    ),
    views=(
        ListView("sold", msg("For sale"), where=(("sellable", "true"), ("active", "true"))),
        ListView(
            "bought", msg("For purchase"), where=(("purchasable", "true"), ("active", "true"))
        ),
        ListView("services", msg("Services"), where=(("kind", "service"), ("active", "true"))),
        ListView("resting", msg("No longer active"), where=(("active", "false"),)),
    ),
    order=("name",),
    form=(
        Section(
            msg("Product"),
            (
                *GENERAL,
                Field(
                    "sku",
                    msg("Code"),
                    required=False,
                    help=msg("Left empty, it is made by the pattern of the settings."),
                ),
                Field("barcode", msg("Barcode")),
            ),
        ),
        TRADE,
        MEASURES,
        Section(
            msg("Variant"),
            (
                Field(
                    "template_id", msg("Template"), reference="catalog.templates", required=False
                ),
                Field("variant", msg("Variant"), help=msg("Color: Red; Size: L")),
            ),
            help=msg("For a product that comes in several kinds."),
        ),
        MORE,
    ),
    lines=(
        Lines(
            "packagings",
            msg("Packagings"),
            (
                Field("name", msg("Name")),
                Field("quantity", msg("Holds")),
                Field("barcode", msg("Barcodes"), help=msg("Several with spaces between them.")),
                Field("weight", msg("Weight in kg")),
                Field("for_sale", msg("Sold so")),
                Field("for_purchase", msg("Bought so")),
            ),
            order="position",
        ),
        Lines("barcodes", msg("Further barcodes"), (Field("code", msg("Barcode")),)),
    ),
    operations=Operations(
        products.create_product,
        changing.update_product,
        products.delete_product,
        create_all=products.create_products,
        update_all=changing.update_products,
    ),
    prints=(
        Print(),
        Print(
            "label",
            msg("Label"),
            kind="label",
            fields=("name_local", "variant", "sale_price"),
            barcode="label_code",
        ),
    ),
    duplicate=Duplicate(leave_out=("sku", "barcode", "template_id", "variant")),
    discussed=Discussion(write=VIEW_PRODUCTS),
)
