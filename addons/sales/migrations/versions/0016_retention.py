"""A share of an invoice that the customer keeps back until the work is accepted, and the documents
that ask for it then. What is released was sold before: figures of sales leave it out."""

from __future__ import annotations

from alembic import op

revision = "0016_retention"
down_revision = "0015_at_tills"

INVOICE = """
ALTER TABLE sales.invoice
  ADD COLUMN retention_percent numeric NOT NULL DEFAULT 0,
  ADD COLUMN retained_until date,
  ADD COLUMN retained numeric NOT NULL DEFAULT 0,
  ADD COLUMN releases_id bigint;
ALTER TABLE sales.invoice
  ADD CONSTRAINT fk_invoice_releases_id FOREIGN KEY (releases_id)
    REFERENCES sales.invoice (id) NOT VALID,
  ADD CONSTRAINT ck_invoice_retention_percent
    CHECK (retention_percent BETWEEN 0 AND 100) NOT VALID,
  ADD CONSTRAINT ck_invoice_retained CHECK (retained BETWEEN 0 AND total
    AND (retained = 0 OR kind = 'invoice' AND retained_until IS NOT NULL)) NOT VALID,
  ADD CONSTRAINT ck_invoice_releases CHECK (releases_id IS NULL
    OR kind = 'invoice' AND basis = 'retention') NOT VALID,
  DROP CONSTRAINT ck_invoice_basis,
  ADD CONSTRAINT ck_invoice_basis CHECK (basis IN ('manual', 'delivered', 'ordered', 'percent',
    'advance', 'return', 'cancellation', 'allowance', 'retention')) NOT VALID;
ALTER TABLE sales.invoice_line
  DROP CONSTRAINT ck_invoice_line_role,
  ADD CONSTRAINT ck_invoice_line_role
    CHECK (role IN ('sale', 'advance', 'gift_card', 'rounding', 'retention')) NOT VALID;
ALTER TABLE sales.application
  ADD COLUMN retained boolean NOT NULL DEFAULT false;
ALTER TABLE sales.application
  DROP CONSTRAINT ck_application_from,
  ADD CONSTRAINT ck_application_from CHECK (
    num_nonnulls(payment_id, credit_note_id) = 1 AND NOT retained
    OR (payment_id IS NULL AND credit_note_id IS NULL
        AND (settlement_id IS NOT NULL) <> retained)) NOT VALID
"""

# few rows: no invoice is in these indexes yet, so that making them is one look at the table
RELEASES = """CREATE INDEX ix_invoice_releases_id ON sales.invoice (releases_id)
  WHERE releases_id IS NOT NULL
"""
# few rows: as above
BY_DAY = """CREATE INDEX ix_invoice_retained ON sales.invoice (retained_until)
  WHERE state = 'posted' AND retained > 0
"""
VALID = """
ALTER TABLE sales.invoice VALIDATE CONSTRAINT fk_invoice_releases_id,
  VALIDATE CONSTRAINT ck_invoice_retention_percent, VALIDATE CONSTRAINT ck_invoice_retained,
  VALIDATE CONSTRAINT ck_invoice_releases, VALIDATE CONSTRAINT ck_invoice_basis;
ALTER TABLE sales.invoice_line VALIDATE CONSTRAINT ck_invoice_line_role;
ALTER TABLE sales.application VALIDATE CONSTRAINT ck_application_from
"""

SOLD = """
CREATE OR REPLACE VIEW sales.sold_line AS
SELECT line.id, line.invoice_id, invoice.number, invoice.kind, line.role, invoice.day,
       invoice.contact_id, invoice.contact_name, invoice.salesperson_id, invoice.team_id,
       invoice.branch_id, line.product_id, line.category_id, line.sku, line.description,
       side.sign * line.quantity * line.factor AS quantity, invoice.currency,
       side.sign * line.net AS net, side.sign * line.tax AS tax,
       side.sign * line.company_net AS company_net,
       side.sign * line.cost * line.quantity * line.factor AS cost,
       side.sign * (line.company_net - line.cost * line.quantity * line.factor) AS margin
  FROM sales.invoice_line AS line
  JOIN sales.invoice AS invoice ON invoice.id = line.invoice_id
 CROSS JOIN LATERAL (SELECT CASE invoice.kind WHEN 'invoice' THEN 1 ELSE -1 END AS sign) AS side
 WHERE invoice.state = 'posted' AND line.kind = 'product'{}
"""
RELEASED = " AND line.role <> 'retention'"


def upgrade() -> None:
    op.execute(INVOICE)
    op.execute(VALID)
    op.execute(RELEASES)
    op.execute(BY_DAY)
    op.execute(SOLD.format(RELEASED))


def downgrade() -> None:
    op.execute(SOLD.format(""))
    op.execute("ALTER TABLE sales.application DROP CONSTRAINT ck_application_from")
    op.execute("ALTER TABLE sales.application DROP COLUMN retained")
    op.execute(
        "ALTER TABLE sales.application ADD CONSTRAINT ck_application_from CHECK ("
        "num_nonnulls(payment_id, credit_note_id) = 1"
        " OR (payment_id IS NULL AND credit_note_id IS NULL AND settlement_id IS NOT NULL))"
    )
    op.execute("ALTER TABLE sales.invoice_line DROP CONSTRAINT ck_invoice_line_role")
    op.execute(
        "ALTER TABLE sales.invoice_line ADD CONSTRAINT ck_invoice_line_role"
        " CHECK (role IN ('sale', 'advance', 'gift_card', 'rounding'))"
    )
    op.execute("ALTER TABLE sales.invoice DROP CONSTRAINT ck_invoice_basis")
    op.execute(
        "ALTER TABLE sales.invoice ADD CONSTRAINT ck_invoice_basis CHECK (basis IN ('manual',"
        " 'delivered', 'ordered', 'percent', 'advance', 'return', 'cancellation', 'allowance'))"
    )
    op.execute(
        "ALTER TABLE sales.invoice DROP COLUMN retention_percent, DROP COLUMN retained_until,"
        " DROP COLUMN retained, DROP COLUMN releases_id"
    )
