"""Receipts and payments belong to a branch, as the orders and bills do that they come of."""

from __future__ import annotations

from alembic import op

revision = "0005_branches"
down_revision = "0004_guards"

# The guards let nothing of a posted document change; to which branch it belonged is all that is
# added here. A payment is that branch's whose bills it pays, where they are of one.
ADD = """
ALTER TABLE purchases.receipt ADD COLUMN branch_id bigint;
ALTER TABLE purchases.payment ADD COLUMN branch_id bigint;
ALTER TABLE purchases.receipt DISABLE TRIGGER guard;
ALTER TABLE purchases.payment DISABLE TRIGGER guard;
UPDATE purchases.receipt AS r SET branch_id = o.branch_id
  FROM purchases."order" AS o WHERE o.id = r.order_id AND o.branch_id IS NOT NULL;
UPDATE purchases.payment AS p SET branch_id = paid.branch_id
  FROM (SELECT line.payment_id, min(bill.branch_id) AS branch_id
          FROM purchases.payment_line AS line
          JOIN purchases.bill AS bill ON bill.id = line.bill_id
         GROUP BY line.payment_id
        HAVING count(DISTINCT bill.branch_id) = 1 AND count(*) = count(bill.branch_id)) AS paid
 WHERE paid.payment_id = p.id;
UPDATE purchases.payment AS p SET branch_id = o.branch_id
  FROM purchases."order" AS o
 WHERE o.id = p.order_id AND o.branch_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM purchases.payment_line AS line WHERE line.payment_id = p.id);
ALTER TABLE purchases.receipt ENABLE TRIGGER guard;
ALTER TABLE purchases.payment ENABLE TRIGGER guard;
ALTER TABLE purchases.receipt ADD CONSTRAINT fk_receipt_branch_id
  FOREIGN KEY (branch_id) REFERENCES core.branch (id);
ALTER TABLE purchases.payment ADD CONSTRAINT fk_payment_branch_id
  FOREIGN KEY (branch_id) REFERENCES core.branch (id);
CREATE INDEX ix_receipt_branch_id ON purchases.receipt (branch_id);
CREATE INDEX ix_payment_branch_id ON purchases.payment (branch_id)
"""


def upgrade() -> None:
    op.execute(ADD)


def downgrade() -> None:
    op.drop_column("payment", "branch_id", schema="purchases")
    op.drop_column("receipt", "branch_id", schema="purchases")
