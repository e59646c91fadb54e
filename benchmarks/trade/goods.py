"""A trading company's goods: 100,000 products, and 10,000,000 moves of them over three years.

The moves, their values and what is kept from both are worked out in sets: moving them one by one
would take a day. What is measured, reading, finds them as moving leaves them: the sums are compared
before anything is measured.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import psycopg

from benchmarks.figure import progress
from benchmarks.stage import Stage
from core.tenancy.tenant import Tenant

PRODUCTS: Final = 100_000
MOVES: Final = 10_000_000
FIRST_DAY: Final = date(2023, 1, 1)
LAST_DAY: Final = date(2025, 12, 31)
_EACH: Final = MOVES // PRODUCTS

# Every product comes and goes in turn, ten pieces and five, every eleventh day.
_FILL: Final = (
    "INSERT INTO catalog.category (name, full_name) VALUES ('Bench', 'Bench')",
    "UPDATE catalog.category SET path = ARRAY[id] WHERE name = 'Bench'",
    "INSERT INTO catalog.template (id, name, unit_id, category_id, sale_price)"
    " SELECT n, 'Article ' || n, (SELECT min(id) FROM catalog.unit),"
    "  (SELECT max(id) FROM catalog.category), 10 FROM generate_series(1, {products}) AS n",
    "INSERT INTO catalog.product (id, template_id, sku, name, unit_id, category_id, sale_price)"
    " SELECT id, id, 'ART-' || lpad(id::text, 6, '0'), name, unit_id, category_id, sale_price"
    "  FROM catalog.template",
    "INSERT INTO inventory.valuation (id, day, reason)"
    " SELECT k + 1, DATE '{first}' + 11 * k, 'bench' FROM generate_series(0, {each} - 1) AS k",
    "INSERT INTO inventory.cost_pool"
    " (id, product_id, category_id, method, quantity, value, last_day)"
    " SELECT id, id, category_id, 'average', {each} / 2 * 5, {each} / 2 * 10, DATE '{last}'"
    "  FROM catalog.product",
    "INSERT INTO inventory.move (valuation_id, product_id, from_id, to_id, quantity, day)"
    " SELECT k + 1, p, CASE k % 2 WHEN 0 THEN outside.id ELSE inside.id END,"
    "  CASE k % 2 WHEN 0 THEN inside.id ELSE outside.id END,"
    "  CASE k % 2 WHEN 0 THEN 10 ELSE 5 END, DATE '{first}' + 11 * k"
    "  FROM generate_series(0, {each} - 1) AS k, generate_series(1, {products}) AS p,"
    "  (SELECT min(id) AS id FROM inventory.location WHERE kind = 'supplier') AS outside,"
    "  (SELECT min(id) AS id FROM inventory.location WHERE kind = 'internal') AS inside",
    "INSERT INTO inventory.value_line"
    " (valuation_id, day, role, amount, quantity, product_id, category_id, pool_id)"
    " SELECT k + 1, DATE '{first}' + 11 * k, 'stock', CASE k % 2 WHEN 0 THEN 20 ELSE -10 END,"
    "  CASE k % 2 WHEN 0 THEN 10 ELSE -5 END, id, category_id, id"
    "  FROM generate_series(0, {each} - 1) AS k, catalog.product",
    "INSERT INTO inventory.month_value (product_id, month, category_id, quantity, value)"
    " SELECT product_id, date_trunc('month', day)::date, category_id, sum(quantity), sum(amount)"
    "  FROM inventory.value_line GROUP BY 1, 2, 3",
    "INSERT INTO inventory.on_hand (product_id, location_id, quantity)"
    " SELECT product_id, inside.id,"
    "  sum(CASE WHEN to_id = inside.id THEN quantity ELSE -quantity END)"
    "  FROM inventory.move, (SELECT min(id) AS id FROM inventory.location WHERE kind = 'internal')"
    "  AS inside GROUP BY 1, 2",
)
_APART: Final = """
SELECT count(*) FROM inventory.cost_pool AS pool
  JOIN inventory.on_hand AS held USING (product_id) WHERE pool.quantity <> held.quantity
"""
_READ: Final = (
    "catalog.template",
    "catalog.product",
    "inventory.move",
    "inventory.value_line",
    "inventory.month_value",
    "inventory.on_hand",
    "inventory.cost_pool",
)


def fill(stage: Stage, tenant: Tenant) -> None:
    """Put the products and their moves into the tenant's database."""
    progress(f"Filling {MOVES:,} moves of {PRODUCTS:,} products")
    with psycopg.connect(stage.server.url(tenant.runtime.database)) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("SET maintenance_work_mem = '256MB'")
        indexes = _take_indexes(admin)
        for statement in _FILL:
            filled = statement.format(products=PRODUCTS, each=_EACH, first=FIRST_DAY, last=LAST_DAY)
            admin.execute(filled.encode())
        for definition in indexes:
            admin.execute(definition.encode())
        admin.commit()
        admin.autocommit = True
        for table in _READ:
            admin.execute(f"VACUUM (ANALYZE) {table}".encode())
        apart = admin.execute(_APART).fetchone()
    if apart != (0,):
        raise RuntimeError("the balances are not the sums of the moves")


def _take_indexes(admin: psycopg.Connection) -> list[str]:
    """Drop the indexes of the two large tables, which are built faster when all rows are there;
    returns what brings them back."""
    rows = admin.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " LEFT JOIN pg_constraint ON conindid = indexrelid"
        " WHERE indrelid IN ('inventory.move'::regclass, 'inventory.value_line'::regclass)"
        " AND pg_constraint.oid IS NULL"
    ).fetchall()
    for name, _ in rows:
        admin.execute(f"DROP INDEX {name}".encode())
    return [definition for _, definition in rows]
