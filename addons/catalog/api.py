"""What other addons may use of the catalog.

A document names a product by its id, which never changes what it means: a product that was named
anywhere can rest, and is never deleted. Quantities are stored in the product's stock unit;
`to_stock_units` leads there from any unit of a line. Foreign keys go to `catalog.product.id`,
`catalog.unit.id` and `catalog.category.id`.

The functions of the ports (`company_currency` to `stock`) ask whoever implements `Books`,
`DocumentTaxes` and `StockKeeping`, and know what holds where nobody does.
"""

from __future__ import annotations

from addons.catalog.extension_points import (
    Books,
    Choice,
    DocumentTaxes,
    LabelKind,
    LabelSource,
    Side,
    StockKeeping,
)
from addons.catalog.permissions import EDIT_PRODUCTS, VIEW_MARGINS, VIEW_PRICES, VIEW_PRODUCTS
from addons.catalog.services.bundles import Part, bundle_parts, parts_of, share_price
from addons.catalog.services.category_paths import category_paths
from addons.catalog.services.costs import unit_costs
from addons.catalog.services.lookup import (
    Product,
    find_product,
    first_products,
    get_products,
    product_names,
    require_products,
    search_products,
    suggest_products,
)
from addons.catalog.services.margins import (
    Margin,
    MarginLine,
    MarginSource,
    margin_of,
    require_margin,
)
from addons.catalog.services.offline.prices import (
    offline_price_lists,
    offline_price_rules,
    offline_price_rules_of,
)
from addons.catalog.services.offline.products import (
    offline_products,
    offline_products_of,
    products_told_by,
)
from addons.catalog.services.offline.sorting import (
    barcode_rules,
    offline_brands,
    offline_categories,
    offline_units,
)
from addons.catalog.services.offline.taxes import HOME, OfflineTax, OfflineTaxes, Treatment
from addons.catalog.services.pictures import PictureFile, find_picture
from addons.catalog.services.prices.finding import price_for, prices_for
from addons.catalog.services.prices.questions import PriceFound, PriceQuestion
from addons.catalog.services.scanning import Scanned, scan
from addons.catalog.services.trading import (
    company_currency,
    credit,
    credits_of,
    entries_tally,
    instalments,
    money_journals,
    offline_taxes,
    rate_on,
    require_open,
    stock,
    tax_codes,
    tax_groups,
    tax_statements,
    work_out,
)
from addons.catalog.services.traits import Traits, price_list_names, product_traits
from addons.catalog.services.units import (
    Unit,
    convert,
    rounded,
    to_stock_unit,
    to_stock_units,
    units,
)
from addons.catalog.services.untaxed import share_out
from addons.catalog.services.values import (
    TALLY_BLOCK,
    Availability,
    CreditStanding,
    DirectTo,
    Expectation,
    ExpectedLine,
    GoneGoods,
    Instalment,
    MoneyJournal,
    MovedLine,
    Movement,
    Tally,
    TaxDocument,
    TaxDocumentLine,
    TaxedDocument,
    TaxedLine,
    TaxShare,
    TaxStatement,
    Way,
)
from addons.catalog.services.variants import variant_for, variants_for
from addons.catalog.services.written_lots import read_lots

__all__ = [
    "EDIT_PRODUCTS",
    "HOME",
    "TALLY_BLOCK",
    "VIEW_MARGINS",
    "VIEW_PRICES",
    "VIEW_PRODUCTS",
    "Availability",
    "Books",
    "Choice",
    "CreditStanding",
    "DirectTo",
    "DocumentTaxes",
    "Expectation",
    "ExpectedLine",
    "GoneGoods",
    "Instalment",
    "LabelKind",
    "LabelSource",
    "Margin",
    "MarginLine",
    "MarginSource",
    "MoneyJournal",
    "MovedLine",
    "Movement",
    "OfflineTax",
    "OfflineTaxes",
    "Part",
    "PictureFile",
    "PriceFound",
    "PriceQuestion",
    "Product",
    "Scanned",
    "Side",
    "StockKeeping",
    "Tally",
    "TaxDocument",
    "TaxDocumentLine",
    "TaxShare",
    "TaxStatement",
    "TaxedDocument",
    "TaxedLine",
    "Traits",
    "Treatment",
    "Unit",
    "Way",
    "barcode_rules",
    "bundle_parts",
    "category_paths",
    "company_currency",
    "convert",
    "credit",
    "credits_of",
    "entries_tally",
    "find_picture",
    "find_product",
    "first_products",
    "get_products",
    "instalments",
    "margin_of",
    "money_journals",
    "offline_brands",
    "offline_categories",
    "offline_price_lists",
    "offline_price_rules",
    "offline_price_rules_of",
    "offline_products",
    "offline_products_of",
    "offline_taxes",
    "offline_units",
    "parts_of",
    "price_for",
    "price_list_names",
    "prices_for",
    "product_names",
    "product_traits",
    "products_told_by",
    "rate_on",
    "read_lots",
    "require_margin",
    "require_open",
    "require_products",
    "rounded",
    "scan",
    "search_products",
    "share_out",
    "share_price",
    "stock",
    "suggest_products",
    "tax_codes",
    "tax_groups",
    "tax_statements",
    "to_stock_unit",
    "to_stock_units",
    "unit_costs",
    "units",
    "variant_for",
    "variants_for",
    "work_out",
]
