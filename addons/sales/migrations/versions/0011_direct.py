"""Lines of orders that a supplier brings to the customer himself."""

from __future__ import annotations

from alembic import op

revision = "0011_direct"
down_revision = "0010_portal"

ADD = """
ALTER TABLE sales.order_line
  ADD COLUMN supply text NOT NULL DEFAULT 'stock',
  ADD CONSTRAINT ck_order_line_supply CHECK (supply IN ('stock', 'direct'));
ALTER TABLE sales.delivery
  ADD COLUMN supplied_by text NOT NULL DEFAULT '',
  ADD COLUMN supplier_order_id bigint;
CREATE INDEX ix_delivery_supplier_order_id ON sales.delivery (supplier_order_id)
  WHERE supplier_order_id IS NOT NULL;
ALTER TABLE sales.sales_return
  ADD COLUMN to_supplier boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT ck_sales_return_to_supplier CHECK (with_goods OR NOT to_supplier)
"""


def upgrade() -> None:
    op.execute(ADD)


def downgrade() -> None:
    op.execute("ALTER TABLE sales.sales_return DROP COLUMN to_supplier")
    op.execute("ALTER TABLE sales.delivery DROP COLUMN supplied_by, DROP COLUMN supplier_order_id")
    op.execute("ALTER TABLE sales.order_line DROP COLUMN supply")
