"""What is always true of purchases."""

from __future__ import annotations

from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from core.api import Invariant, InvariantResult, msg

_RECEIVED: Final = text("""
SELECT line.id, line.stock_received - line.stock_returned AS kept,
       coalesce(sum(came.stock_quantity), 0) AS came
  FROM purchases.order_line AS line
  LEFT JOIN purchases.received AS came ON came.order_line_id = line.id
 GROUP BY line.id
HAVING line.stock_received - line.stock_returned <> coalesce(sum(came.stock_quantity), 0)
""")
_BILLED: Final = text("""
SELECT line.id, line.stock_billed,
       coalesce(sum(CASE WHEN bill.kind = 'bill' THEN 1 ELSE -1 END * billed.stock_quantity), 0)
  FROM purchases.order_line AS line
  LEFT JOIN (purchases.bill_line AS billed
             JOIN purchases.bill AS bill ON bill.id = billed.bill_id AND bill.state = 'posted')
    ON billed.order_line_id = line.id
 GROUP BY line.id
HAVING line.stock_billed <> coalesce(
  sum(CASE WHEN bill.kind = 'bill' THEN 1 ELSE -1 END * billed.stock_quantity), 0)
""")
_SUMS: Final = text("""
SELECT bill.id, bill.net, sum(line.net) FROM purchases.bill AS bill
  JOIN purchases.bill_line AS line ON line.bill_id = bill.id
 WHERE bill.state = 'posted'
 GROUP BY bill.id HAVING bill.net <> sum(line.net) OR bill.tax <> sum(line.tax)
     OR bill.total <> sum(line.net + line.tax)
""")
_PAID: Final = text("""
SELECT bill.id, bill.paid, bill.total - bill.withheld AS owed FROM purchases.bill AS bill
 WHERE bill.state = 'posted'
   AND (bill.open <> bill.total - bill.withheld - bill.paid
     OR bill.paid <> least(bill.total - bill.withheld, bill.books_paid
       + coalesce((SELECT sum(line.amount) FROM purchases.payment_line AS line
                     JOIN purchases.payment AS payment ON payment.id = line.payment_id
                      AND payment.state = 'posted' WHERE line.bill_id = bill.id), 0)
       + coalesce((SELECT sum(one.amount) FROM purchases.application AS one
                    WHERE one.undone_on IS NULL
                      AND bill.id IN (one.bill_id, one.debit_note_id)), 0)))
""")
_USED: Final = text("""
SELECT line.id, line.stock_quantity, coalesce(sum(use.quantity), 0)
  FROM purchases.order_line AS line
  JOIN purchases."order" AS document ON document.id = line.order_id AND document.consigned
   AND document.state IN ('approved', 'done')
  LEFT JOIN purchases.consumption AS use ON use.order_line_id = line.id AND use.settled
 WHERE line.kind = 'goods'
 GROUP BY line.id HAVING line.stock_quantity <> coalesce(sum(use.quantity), 0)
""")
_NUMBERS: Final = text("""
SELECT series.series, series.period, series.last, count(named.number)
  FROM core.number_series AS series
  LEFT JOIN (
    SELECT 'purchases.' || bill.kind AS series, bill.date, bill.number FROM purchases.bill AS bill
    UNION ALL
    SELECT 'purchases.payment', payment.date, payment.number FROM purchases.payment AS payment
    UNION ALL
    SELECT 'purchases.' || receipt.kind, receipt.date, receipt.number
      FROM purchases.receipt AS receipt
  ) AS named ON named.series = series.series AND named.number IS NOT NULL
   AND to_char(named.date, 'YYYY-MM-DD') LIKE series.period || '%'
 WHERE series.series IN ('purchases.bill', 'purchases.debit_note', 'purchases.payment',
                         'purchases.receipt', 'purchases.return')
 GROUP BY series.series, series.period, series.last
HAVING series.last <> count(named.number)
""")


def received_adds_up(session: Session) -> InvariantResult:
    """What each order's line kept is the sum of what was written down of it."""
    return _none(session, _RECEIVED, "lines")


def billed_adds_up(session: Session) -> InvariantResult:
    """What is billed of each order's line is the sum of its posted bills, less debit notes."""
    return _none(session, _BILLED, "lines")


def statements_buy_what_was_used(session: Session) -> InvariantResult:
    """Each line of a placed statement buys as much as was used of the goods that it names."""
    return _none(session, _USED, "lines")


def bills_add_up(session: Session) -> InvariantResult:
    """The lines of each posted bill sum to its net, tax and total."""
    return _none(session, _SUMS, "bills")


def payments_add_up(session: Session) -> InvariantResult:
    """What is paid of each bill is the sum of what was set against it, and the rest is open."""
    return _none(session, _PAID, "bills")


def numbers_have_no_gap(session: Session) -> InvariantResult:
    """As many posted documents bear a number as were taken of each series."""
    return _none(session, _NUMBERS, "series")


def _none(session: Session, query: TextClause, what: str) -> InvariantResult:
    rows = session.execute(query).all()
    detail = "; ".join(", ".join(str(value) for value in row) for row in rows[:5])
    return InvariantResult(not rows, f"{len(rows)} {what} differ", detail)


INVARIANTS: Final = (
    Invariant("purchases.received", msg("Receipts add up to what orders show"), received_adds_up),
    Invariant("purchases.billed", msg("Bills add up to what orders show"), billed_adds_up),
    Invariant(
        "purchases.used",
        msg("Statements buy what was used of suppliers' goods"),
        statements_buy_what_was_used,
    ),
    Invariant("purchases.bill_sums", msg("Lines of bills add up"), bills_add_up),
    Invariant("purchases.paid", msg("Payments add up to what bills show"), payments_add_up),
    Invariant("purchases.numbers", msg("Numbers of purchases have no gap"), numbers_have_no_gap),
)
