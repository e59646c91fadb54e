"""Whether products are named anywhere: in stock, in documents, in whatever addon.

Who names a product does it by a foreign key, and the database knows them all: those of addons that
are switched off for now, too, whose rows are still there.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import column, exists, or_, select, table, text
from sqlalchemy.orm import Session

_REFERRING = text("""
SELECT n.nspname, c.relname, a.attname
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND k.confrelid = 'catalog.product'::regclass AND n.nspname <> 'catalog'
  AND k.conparentid = 0 AND cardinality(k.conkey) = 1
ORDER BY 1, 2, 3
""")


def used_products(session: Session, product_ids: Collection[int]) -> set[int]:
    """Those of the products that something outside of the catalog names."""
    wanted = sorted(set(product_ids))
    if not wanted:
        return set()
    product = table("product", column("id"), schema="catalog").alias("p")
    ways = []
    for schema, name, referring in session.execute(_REFERRING):
        other = table(name, column(referring), schema=schema).alias("o")
        ways.append(exists(select(1).select_from(other).where(other.c[referring] == product.c.id)))
    if not ways:
        return set()
    return set(session.scalars(select(product.c.id).where(product.c.id.in_(wanted), or_(*ways))))
