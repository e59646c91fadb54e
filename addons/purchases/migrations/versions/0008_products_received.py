"""Lines of receipts say which product came, so that a file can name it
instead of a line of the order. Lines that are there keep it empty: the order's line says it."""

from __future__ import annotations

from alembic import op

revision = "0008_products_received"
down_revision = "0007_stamps"

ADD = """
ALTER TABLE purchases.receipt_line
  ADD COLUMN product_id bigint;
ALTER TABLE purchases.receipt_line
  ADD CONSTRAINT fk_receipt_line_product_id FOREIGN KEY (product_id)
    REFERENCES catalog.product (id) NOT VALID
"""
VALID = "ALTER TABLE purchases.receipt_line VALIDATE CONSTRAINT fk_receipt_line_product_id"

# few rows: no line is in it yet, so that making it is one look at the table
INDEX = """CREATE INDEX ix_receipt_line_product_id ON purchases.receipt_line (product_id)
  WHERE product_id IS NOT NULL
"""


def upgrade() -> None:
    op.execute(ADD)
    op.execute(VALID)
    op.execute(INDEX)


def downgrade() -> None:
    op.drop_column("receipt_line", "product_id", schema="purchases")
