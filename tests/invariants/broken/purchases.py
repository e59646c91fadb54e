"""What can be wrong with purchases."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

_BILLED: Final = """
SELECT min(line.id) FROM purchases.bill_line AS line
  JOIN purchases.bill ON bill.id = line.bill_id AND bill.state = 'posted'
 WHERE line.order_line_id IS NOT NULL
"""

CASES: Final = (
    Case(
        "purchases.received",
        "one more came",
        "UPDATE purchases.received SET stock_quantity = stock_quantity + 1"
        " WHERE id = (SELECT min(id) FROM purchases.received) RETURNING order_line_id || ', '",
    ),
    Case(
        "purchases.received",
        "an order says that one more came",
        "UPDATE purchases.order_line SET stock_received = stock_received + 1"
        " WHERE id = (SELECT min(id) FROM purchases.order_line) RETURNING id || ', '",
    ),
    Case(
        "purchases.billed",
        "one more is on a bill",
        "UPDATE purchases.bill_line SET stock_quantity = stock_quantity + 1"
        f" WHERE id = ({_BILLED}) RETURNING order_line_id || ', '",
    ),
    Case(
        "purchases.used",
        "a statement buys what nobody used",
        """
        UPDATE purchases."order" AS document SET consigned = true
          FROM purchases.order_line AS line
         WHERE line.order_id = document.id AND line.kind = 'goods' AND document.id = (
           SELECT min(id) FROM purchases."order" WHERE state IN ('approved', 'done'))
        RETURNING line.id || ', '
        """,
    ),
    Case(
        "purchases.bill_sums",
        "a line is one more",
        f"UPDATE purchases.bill_line SET net = net + 1 WHERE id = ({_BILLED})"
        " RETURNING bill_id || ', '",
    ),
    Case(
        "purchases.paid",
        "one less was paid",
        "UPDATE purchases.payment_line SET amount = amount - 1"
        " WHERE id = (SELECT min(id) FROM purchases.payment_line) RETURNING bill_id || ', '",
    ),
    Case(
        "purchases.paid",
        "one more is open",
        "UPDATE purchases.bill SET open = open + 1"
        " WHERE id = (SELECT min(id) FROM purchases.bill WHERE state = 'posted')"
        " RETURNING id || ', '",
    ),
    Case(
        "purchases.numbers",
        "a number was taken by nothing",
        "UPDATE core.number_series SET last = last + 1"
        " WHERE series IN ('purchases.bill', 'purchases.payment') RETURNING series",
    ),
)
