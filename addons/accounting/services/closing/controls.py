"""Steps of closing that look at customers and suppliers: open items are gone through by a person,
and control accounts equal what is open on them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.extension_points import Step, StepState
from addons.accounting.models import Account, Period
from addons.accounting.services.balances import balances
from addons.accounting.services.closing.books import ledger_url
from addons.accounting.services.settlement.items import open_totals
from core.api import msg, phrase

_DUE: Final = text("""
SELECT count(*) FILTER (WHERE account.subtype = 'receivable') AS receivable,
       count(*) FILTER (WHERE account.subtype = 'payable') AS payable
  FROM accounting.account AS account
  JOIN accounting.journal_line AS line ON line.account_id = account.id AND line.date <= :day
   AND coalesce(line.due_date, line.date) <= :day
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id AND entry.number IS NOT NULL
  LEFT JOIN accounting.settled_line AS settled ON settled.line_id = line.id
 WHERE account.reconcilable AND account.subtype IN ('receivable', 'payable')
   AND line.amount <> 0 AND NOT coalesce(settled.is_closed, false)
""")


def check_open_items(session: Session, period: Period) -> StepState:
    """What customers and suppliers owe was gone through; only a person can say so."""
    due = session.execute(_DUE, {"day": period.end_date}).one()
    count = due.receivable + due.payable
    if not count:
        return StepState("done", phrase("Nothing was due and open at the end of the period."))
    return StepState(
        "open",
        phrase(
            "Due and still open: {customers} items of customers, {suppliers} of suppliers.",
            customers=due.receivable,
            suppliers=due.payable,
        ),
        url="/accounting/ages/receivable" if due.receivable else "/accounting/ages/payable",
        count=count,
    )


def check_controls(session: Session, period: Period) -> StepState:
    """At the end of the period each account of open items holds exactly what is open on it."""
    ids = set(session.scalars(select(Account.id).where(Account.reconcilable)))
    if not ids:
        return StepState("not_needed", phrase("No account has open items."))
    open_then = open_totals(session, period.end_date)
    apart = []
    for balance in balances(session, None, period.end_date):
        if balance.account_id not in ids:
            continue
        is_open = open_then.get((balance.account_id, balance.currency), Decimal(0))
        if is_open != balance.closing:
            apart.append((balance, balance.closing - is_open))
    if not apart:
        return StepState("done", phrase("Control accounts equal their open items."))
    return StepState(
        "blocked",
        "; ".join(
            phrase(
                "{account} differs from its open items by {amount} {currency}.",
                account=balance.code,
                amount=f"{difference:,f}",
                currency=balance.currency,
            )
            for balance, difference in apart[:3]
        ),
        url=ledger_url(apart[0][0], period.end_date),
        count=len(apart),
    )


OPEN_ITEMS: Final = Step(
    "accounting.open_items", msg("Go through open items"), 300, check_open_items, by_hand=True
)
CONTROLS: Final = Step(
    "accounting.controls", msg("Compare control accounts with open items"), 910, check_controls
)
