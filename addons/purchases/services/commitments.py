"""What is ordered and not billed yet, which budgets hold against what is planned."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.purchases.options import PurchasesOptions
from core.api import options

_COMMITTED: Final = text("""
SELECT coalesce(sum(line.net * coalesce(document.rate, 1)
         * greatest(greatest(line.stock_quantity - line.stock_closed,
                             line.stock_received - line.stock_returned) - line.stock_billed, 0)
         / line.stock_quantity), 0)
  FROM purchases.order_line AS line
  JOIN purchases."order" AS document ON document.id = line.order_id
 WHERE document.state IN ('approved', 'done')
   AND coalesce(line.expected_on, document.expected_on, document.date)
       BETWEEN CAST(:start AS date) AND CAST(:until AS date)
   AND (CAST(:branch AS bigint) IS NULL OR document.branch_id = :branch)
   AND coalesce(nullif(line.account, ''), :usual) = ANY(CAST(:accounts AS text[]))
""")


def committed(
    session: Session, account_codes: Collection[str], start: date, end: date, branch_id: int | None
) -> Decimal:
    """What binding orders will still cost on these accounts between two days, by the day on which
    each line is expected, without tax, in the company's currency. A line is held on the account it
    names, else on that of the options; without either on none."""
    return session.execute(
        _COMMITTED,
        {
            "start": start,
            "until": end,
            "branch": branch_id,
            "usual": options(session, PurchasesOptions).expense_account,
            "accounts": [code for code in account_codes if code],
        },
    ).scalar_one()
