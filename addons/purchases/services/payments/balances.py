"""What is paid of bills and what is left of payments: worked out from what was set against them,
so that it is the same whichever came first.

Own documents count as they are. What the books settled beyond that, by a payment that was entered
there, is added; nothing is counted twice, because only the excess is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from addons.purchases.models import Bill, Payment

_ZERO: Final = Decimal(0)
_OF_BILLS: Final = text("""
SELECT paid.bill_id, sum(paid.amount)
  FROM (SELECT line.bill_id, line.amount FROM purchases.payment_line AS line
          JOIN purchases.payment AS payment
            ON payment.id = line.payment_id AND payment.state = 'posted'
         WHERE line.bill_id = ANY(CAST(:ids AS bigint[]))
        UNION ALL
        SELECT one.bill_id, one.amount FROM purchases.application AS one
         WHERE one.undone_on IS NULL AND one.bill_id = ANY(CAST(:ids AS bigint[]))
        UNION ALL
        SELECT one.debit_note_id, one.amount FROM purchases.application AS one
         WHERE one.undone_on IS NULL AND one.debit_note_id = ANY(CAST(:ids AS bigint[]))
       ) AS paid
 GROUP BY paid.bill_id
""")
_OF_PAYMENTS: Final = text("""
SELECT used.payment_id, sum(used.amount)
  FROM (SELECT line.payment_id, line.amount FROM purchases.payment_line AS line
         WHERE line.payment_id = ANY(CAST(:ids AS bigint[]))
        UNION ALL
        SELECT one.payment_id, one.amount FROM purchases.application AS one
         WHERE one.undone_on IS NULL AND one.payment_id = ANY(CAST(:ids AS bigint[]))
       ) AS used
 GROUP BY used.payment_id
""")


def refresh_bills(
    session: Session, bills: Iterable[Bill], settled: Mapping[int, Decimal] | None = None
) -> None:
    """Write down what is paid of these bills. `settled` is what the books settled of each, where
    that is known anew."""
    known = list(bills)
    own = _sums(session, _OF_BILLS, [bill.id for bill in known])
    for bill in known:
        owed = bill.total - bill.withheld
        paid = own.get(bill.id, _ZERO)
        if settled is not None and bill.id in settled:
            bill.books_paid = max(settled[bill.id] - paid, _ZERO)
        bill.paid = min(paid + bill.books_paid, owed)
        bill.open = owed - bill.paid
        bill.paid_state = "paid" if not bill.open else "partial" if bill.paid else "open"
    session.flush()


def refresh_payments(
    session: Session, payments: Iterable[Payment], settled: Mapping[int, Decimal] | None = None
) -> None:
    """The same for what is left of payments."""
    known = list(payments)
    used = _sums(session, _OF_PAYMENTS, [payment.id for payment in known])
    for payment in known:
        taken = used.get(payment.id, _ZERO)
        if settled is not None and payment.id in settled:
            payment.books_applied = max(settled[payment.id] - taken, _ZERO)
        left = max(payment.amount - taken - payment.books_applied, _ZERO)
        payment.unapplied = left if payment.state == "posted" else _ZERO
    session.flush()


def _sums(session: Session, query: TextClause, ids: list[int]) -> dict[int, Decimal]:
    if not ids:
        return {}
    session.flush()
    rows = session.execute(query, {"ids": ids})
    return {row[0]: row[1] for row in rows}
