"""Products: one with five thousand variants is opened, and a hundred thousand are imported."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from addons.catalog.models import Template, Unit
from addons.catalog.permissions import VIEW_PRODUCTS
from addons.catalog.services.products import create_products
from benchmarks.accounts import api_token
from benchmarks.figure import Figure, against, progress
from benchmarks.files import import_file
from benchmarks.pages import Pages
from benchmarks.rates import rounds, seconds
from benchmarks.stage import Stage
from core.auth.actor import SYSTEM

VARIANTS: Final = 5_000
OPEN_MS: Final = 200.0
ROWS: Final = 100_000
IMPORT_S: Final = 60.0
_COLOURS: Final = 100


def measure_opening(stage: Stage) -> Iterator[Figure]:
    """`variants_open_ms`: the page of a template of which five thousand variants were made."""
    tenant = stage.tenant("bench-variants")
    progress(f"Making {VARIANTS:,} variants of one template")
    with stage.kernel.session(tenant, actor=SYSTEM) as session:
        unit_id = session.scalars(select(Unit.id).order_by(Unit.id)).first()
        create_products(
            session,
            [
                {
                    "name": "Shirt",
                    "unit_id": unit_id,
                    "sale_price": Decimal(10),
                    "variant": f"Colour: {at % _COLOURS}; Size: {at // _COLOURS}",
                }
                for at in range(VARIANTS)
            ],
        )
        template_id = session.scalars(select(Template.id)).one()
    address = f"/catalog/templates/{template_id}"
    token = api_token(stage.kernel, tenant, [VIEW_PRODUCTS])
    with Pages(stage, tenant, token) as pages:
        pages.get(address)
        taken = rounds(lambda: seconds(lambda: pages.get(address)), 9)
    yield against(
        "variants_open_ms", taken * 1000, "ms", OPEN_MS, f"at most; {VARIANTS:,} variants"
    )


def measure_import(stage: Stage) -> Iterator[Figure]:
    """`import_products_s`: a file of products with category, unit, price and barcode."""
    tenant = stage.tenant("bench-products")
    content = _file()
    progress(f"Importing {ROWS:,} products")
    start = time.perf_counter()
    making = ["category_id"]
    import_file(stage, tenant, "catalog.products", content, created=ROWS, making=making)
    yield against("import_products_s", time.perf_counter() - start, "s", IMPORT_S, "at most")


def _file() -> bytes:
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["SKU", "Name", "Category", "Unit", "Sale price", "Barcode"])
    for number in range(ROWS):
        code = f"SKU-{number:06}"
        price = f"{number % 997 / 7:.2f}"
        writer.writerow([code, f"Article {number}", f"Group {number % 50}", "pcs", price, code])
    return rows.getvalue().encode()
