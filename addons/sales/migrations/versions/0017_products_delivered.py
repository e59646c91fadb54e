"""Lines of deliveries say which product left, and of which lots, so that a file can name it
instead of a line of the order. Lines that are there keep it empty: the order's line says it."""

from __future__ import annotations

from alembic import op

revision = "0017_products_delivered"
down_revision = "0016_retention"

ADD = """
ALTER TABLE sales.delivery_line
  ADD COLUMN product_id bigint,
  ADD COLUMN lots text NOT NULL DEFAULT '';
ALTER TABLE sales.delivery_line
  ADD CONSTRAINT fk_delivery_line_product_id FOREIGN KEY (product_id)
    REFERENCES catalog.product (id) NOT VALID
"""
VALID = "ALTER TABLE sales.delivery_line VALIDATE CONSTRAINT fk_delivery_line_product_id"

# few rows: no line is in it yet, so that making it is one look at the table
INDEX = """CREATE INDEX ix_delivery_line_product_id ON sales.delivery_line (product_id)
  WHERE product_id IS NOT NULL
"""


def upgrade() -> None:
    op.execute(ADD)
    op.execute(VALID)
    op.execute(INDEX)


def downgrade() -> None:
    op.drop_column("delivery_line", "lots", schema="sales")
    op.drop_column("delivery_line", "product_id", schema="sales")
