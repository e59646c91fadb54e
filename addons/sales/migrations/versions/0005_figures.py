"""Views for lists and tables of sums: what was sold, what waits for its goods or its invoice, and
what is open of each customer."""

from __future__ import annotations

from alembic import op

revision = "0005_figures"
down_revision = "0004_guards"

SOLD = """
CREATE VIEW sales.sold_line AS
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
 WHERE invoice.state = 'posted' AND line.kind = 'product'
"""

BACK_ORDER = """
CREATE VIEW sales.back_order AS
SELECT line.id, line.order_id, doc.number, doc.state, doc.day, doc.deliver_on,
       doc.contact_id, doc.contact_name, doc.salesperson_id, doc.team_id, doc.branch_id,
       line.product_id, line.sku, line.description, line.unit, line.quantity, line.delivered,
       line.quantity - line.delivered AS open_quantity, doc.currency,
       CASE WHEN line.quantity = 0 THEN 0
            ELSE round(line.net * (line.quantity - line.delivered)
                       / line.quantity, 3) END AS open_net
  FROM sales.order_line AS line JOIN sales.sales_order AS doc ON doc.id = line.order_id
 WHERE doc.state IN ('confirmed', 'held') AND line.kind = 'product' AND line.is_goods
   AND line.quantity - line.delivered > 0
"""

TO_INVOICE = """
CREATE VIEW sales.to_invoice AS
SELECT line.id, line.order_id, doc.number, doc.day, doc.contact_id, doc.contact_name,
       doc.salesperson_id, doc.team_id, doc.branch_id, line.product_id, line.sku,
       line.description, line.unit, may.quantity - line.invoiced AS open_quantity, doc.currency,
       CASE WHEN line.quantity = 0 THEN 0
            ELSE round(line.net * (may.quantity - line.invoiced) / line.quantity, 3)
       END AS open_net
  FROM sales.order_line AS line JOIN sales.sales_order AS doc ON doc.id = line.order_id
 CROSS JOIN LATERAL (
   SELECT CASE WHEN doc.invoice_policy = 'ordered' OR NOT line.is_goods THEN line.quantity
               ELSE line.delivered END - line.returned AS quantity) AS may
 WHERE doc.state IN ('confirmed', 'done') AND line.kind = 'product'
   AND may.quantity > line.invoiced
"""

# The ids of invoices are even there, those of payments odd.
OPEN_DOCUMENT = """
CREATE VIEW sales.open_document AS
SELECT invoice.id * 2 AS id, invoice.kind, invoice.id AS invoice_id, NULL::bigint AS payment_id,
       invoice.number, invoice.reference, invoice.day,
       coalesce(invoice.due_day, invoice.day) AS due_day, invoice.contact_id,
       invoice.contact_name, invoice.branch_id, invoice.currency,
       side.sign * invoice.total AS total,
       side.sign * (invoice.total - invoice.settled) AS open_amount
  FROM sales.invoice AS invoice
 CROSS JOIN LATERAL (SELECT CASE invoice.kind WHEN 'invoice' THEN 1 ELSE -1 END AS sign) AS side
 WHERE invoice.state = 'posted' AND invoice.payment_progress <> 'paid'
UNION ALL
SELECT payment.id * 2 + 1, payment.kind, NULL, payment.id, payment.number, payment.reference,
       payment.day, payment.day, payment.contact_id, payment.contact_name, payment.branch_id,
       payment.currency, side.sign * payment.amount,
       side.sign * (payment.amount - payment.used)
  FROM sales.payment AS payment
 CROSS JOIN LATERAL (SELECT CASE payment.kind WHEN 'refund' THEN 1 ELSE -1 END AS sign) AS side
 WHERE payment.state = 'posted' AND payment.used < payment.amount
"""


def upgrade() -> None:
    for view in (SOLD, BACK_ORDER, TO_INVOICE, OPEN_DOCUMENT):
        op.execute(view)
