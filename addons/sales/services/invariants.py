"""What is always true of sales."""

from __future__ import annotations

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from addons.sales.services.gift_cards.worth import INVARIANT as CARDS_SUM_UP
from addons.sales.services.loyalty.worth import INVARIANT as POINTS_SUM_UP
from addons.sales.services.portal.invariants import INVARIANTS as PORTAL
from addons.sales.services.promotions.invariants import INVARIANTS as PROMOTIONS
from core.api import Invariant, InvariantResult, msg

_LINES = text("""
SELECT line.id FROM sales.order_line AS line
  JOIN sales.sales_order AS doc ON doc.id = line.order_id
  LEFT JOIN LATERAL (
    SELECT sum(CASE WHEN invoice.kind = 'invoice' THEN one.quantity
                    WHEN invoice.basis IN ('return', 'cancellation') THEN -one.quantity
                    ELSE 0 END) AS quantity
      FROM sales.invoice_line AS one JOIN sales.invoice AS invoice ON invoice.id = one.invoice_id
     WHERE one.order_line_id = line.id AND one.role = 'sale' AND invoice.state = 'posted'
  ) AS asked ON true
 WHERE line.kind = 'product' AND (
       line.invoiced <> coalesce(asked.quantity, 0)
    OR line.returned_stock > line.delivered_stock
    OR line.invoiced > CASE WHEN doc.invoice_policy = 'ordered' OR NOT line.is_goods
                            THEN line.quantity ELSE greatest(line.quantity, line.delivered) END)
 ORDER BY line.id LIMIT 20
""")
_DELIVERED = text("""
SELECT line.id FROM sales.order_line AS line
  LEFT JOIN LATERAL (
    SELECT sum(one.stock_quantity) AS quantity FROM sales.delivery_line AS one
      JOIN sales.delivery AS doc ON doc.id = one.delivery_id
     WHERE one.order_line_id = line.id AND doc.state = 'posted') AS gone ON true
  LEFT JOIN LATERAL (
    SELECT sum(one.received_stock) AS quantity FROM sales.return_line AS one
      JOIN sales.sales_return AS doc ON doc.id = one.return_id
     WHERE one.order_line_id = line.id) AS back ON true
 WHERE line.is_goods AND (
       line.delivered_stock + line.replaced_stock <> coalesce(gone.quantity, 0)
    OR line.returned_stock + line.replaced_stock <> coalesce(back.quantity, 0))
 ORDER BY line.id LIMIT 20
""")
_INVOICES = text("""
SELECT invoice.number FROM sales.invoice AS invoice
  LEFT JOIN LATERAL (
    SELECT sum(line.net) AS net, sum(line.tax) AS tax, sum(line.company_net) AS company
      FROM sales.invoice_line AS line WHERE line.invoice_id = invoice.id) AS lines ON true
  LEFT JOIN LATERAL (
    SELECT sum(part.amount) AS due FROM sales.invoice_instalment AS part
     WHERE part.invoice_id = invoice.id) AS parts ON true
 WHERE invoice.state = 'posted' AND (
       invoice.net <> coalesce(lines.net, 0) OR invoice.tax <> coalesce(lines.tax, 0)
    OR invoice.total <> invoice.net + invoice.tax
    OR invoice.company_net <> coalesce(lines.company, 0)
    OR invoice.total <> coalesce(parts.due, 0))
 ORDER BY invoice.id LIMIT 20
""")
_SETTLED = text("""
SELECT told.number FROM (
  SELECT invoice.number, invoice.settled AS kept,
         (SELECT sum(one.amount) FROM sales.application AS one WHERE NOT one.undone
             AND invoice.id IN (one.invoice_id, one.credit_note_id)) AS summed
    FROM sales.invoice AS invoice WHERE invoice.state = 'posted'
  UNION ALL
  SELECT payment.number, payment.used,
         (SELECT sum(one.amount) FROM sales.application AS one WHERE NOT one.undone
             AND payment.id IN (one.payment_id, one.refund_id))
    FROM sales.payment AS payment WHERE payment.state <> 'draft') AS told
 WHERE told.kept <> coalesce(told.summed, 0) ORDER BY told.number LIMIT 20
""")
# Sums of all: what was asked for less what was credited is what is owed and what was paid. Credit
# notes that were set against invoices are on both sides of that, and leave nothing.
_OWED = text("""
SELECT asked.currency FROM (
  SELECT currency,
         sum(CASE kind WHEN 'invoice' THEN total ELSE -total END) AS total,
         sum(CASE kind WHEN 'invoice' THEN total - settled ELSE settled - total END) AS owed
    FROM sales.invoice WHERE state = 'posted' GROUP BY currency) AS asked
  LEFT JOIN (
    SELECT invoice.currency, sum(CASE one.invoice_id WHEN invoice.id THEN one.amount
                                 ELSE -one.amount END) AS amount
      FROM sales.application AS one
      JOIN sales.invoice AS invoice ON invoice.id IN (one.invoice_id, one.credit_note_id)
     WHERE NOT one.undone GROUP BY invoice.currency) AS paid ON paid.currency = asked.currency
 WHERE asked.total <> asked.owed + coalesce(paid.amount, 0)
 ORDER BY asked.currency
""")
_NUMBERS = text("""
SELECT series.series || ' ' || series.period AS gap
  FROM core.number_series AS series
  JOIN LATERAL (
    SELECT count(*) AS taken FROM (
      SELECT 1 FROM sales.invoice AS doc WHERE series.series =
             CASE doc.kind WHEN 'invoice' THEN 'sales.invoice' ELSE 'sales.credit_note' END
         AND doc.state = 'posted' AND doc.given_number = ''
         AND to_char(doc.day, CASE length(series.period) WHEN 4 THEN 'YYYY' ELSE 'YYYY-MM' END)
             = CASE series.period WHEN '' THEN to_char(doc.day, 'YYYY-MM') ELSE series.period END
    ) AS doc) AS known ON true
 WHERE series.series IN ('sales.invoice', 'sales.credit_note') AND series.last <> known.taken
 ORDER BY 1 LIMIT 20
""")


def _none(session: Session, query: TextClause) -> InvariantResult:
    bad = [str(row[0]) for row in session.execute(query)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


def lines_are_in_step(session: Session) -> InvariantResult:
    """What was invoiced of each line is what its invoices say, and never more than was sold."""
    return _none(session, _LINES)


def deliveries_are_in_step(session: Session) -> InvariantResult:
    """What was delivered and returned of each line is what deliveries and returns say."""
    return _none(session, _DELIVERED)


def invoices_sum_up(session: Session) -> InvariantResult:
    """Lines, taxes and instalments of each posted invoice sum to it."""
    return _none(session, _INVOICES)


def settlements_sum_up(session: Session) -> InvariantResult:
    """What is paid of each document is what was set against it."""
    return _none(session, _SETTLED)


def sums_are_owed_or_paid(session: Session) -> InvariantResult:
    """Invoices less credit notes are what is owed and what was paid."""
    return _none(session, _OWED)


def numbers_have_no_gap(session: Session) -> InvariantResult:
    """Every number of an invoice that was taken belongs to one."""
    return _none(session, _NUMBERS)


INVARIANTS = (
    Invariant(
        "sales.lines_are_in_step",
        msg("Orders know what was invoiced of them"),
        lines_are_in_step,
    ),
    Invariant(
        "sales.deliveries_are_in_step",
        msg("Orders know what was delivered and returned of them"),
        deliveries_are_in_step,
    ),
    Invariant(
        "sales.invoices_sum_up",
        msg("Invoices are the sum of their lines and instalments"),
        invoices_sum_up,
    ),
    Invariant(
        "sales.settlements_sum_up",
        msg("What is paid of invoices was set against them"),
        settlements_sum_up,
    ),
    Invariant(
        "sales.sums_are_owed_or_paid",
        msg("Invoices less credit notes are owed or paid"),
        sums_are_owed_or_paid,
    ),
    Invariant(
        "sales.numbers_have_no_gap", msg("Numbers of invoices have no gap"), numbers_have_no_gap
    ),
    *PORTAL,
    *PROMOTIONS,
    CARDS_SUM_UP,
    POINTS_SUM_UP,
)
