"""What customers keep back of invoices until the work is accepted.

    kept back   Dr retention   Cr receivable, which settles the invoice by as much
    released    Dr receivable  Cr retention, by the entry of the invoice that asks for it

Each share is an open item of the customer, due on the day until which it is kept back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry, JournalLine
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.trade.accounts import partner_account, trade_account
from addons.accounting.services.trade.documents import DocumentMoney
from addons.accounting.services.trade.journals import trade_journal
from addons.accounting.services.trade.posting import post_once
from addons.accounting.services.trade.settling import OpenLine, open_lines, set_against
from core.api import fetch_rows

SOURCE: Final = "sales.retention"
_NOTHING: Final = Decimal(0)
# The line on the retention account bears the day until which it is kept back.
_KEPT: Final = text("""
SELECT line.id AS line_id, account.code AS account,
       coalesce(line.original_amount - coalesce(settled.original_amount, 0),
                line.amount - coalesce(settled.amount, 0)) AS owed
  FROM accounting.journal_entry AS entry
  JOIN accounting.journal_line AS line ON line.entry_id = entry.id AND line.due_date IS NOT NULL
  JOIN accounting.account ON account.id = line.account_id
  LEFT JOIN accounting.settled_line AS settled ON settled.line_id = line.id
 WHERE entry.source_type = :source_type AND entry.source_id = :source_id
   AND entry.state = 'posted' AND NOT coalesce(settled.is_closed, false)
""")
_RELEASED: Final = text("""
SELECT line.id AS line_id,
       coalesce(line.original_amount, line.amount) AS owed
  FROM accounting.journal_line AS line
  JOIN accounting.account ON account.id = line.account_id AND account.code = :account
 WHERE line.entry_id = :entry
""")


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept back of a document: `source_id` is the document's, `pays_type` the type of its
    source. `amount` is in its currency, `rate` what one unit of that is worth in the company's."""

    source_id: int
    pays_type: str
    number: str
    narration: str
    day: date
    until: date
    partner_id: int
    currency: str
    rate: Decimal
    amount: Decimal
    branch_id: int | None


def keep_retention(session: Session, kept: Retention) -> None:
    """Post a share that is kept back and settle the document by it; once, however often it is
    told."""
    money = DocumentMoney(company_currency(session), kept.currency, kept.rate)
    worth = money.worth(kept.amount)
    proto = LineDraft("", _NOTHING, kept.number, partner_id=kept.partner_id)
    receivable = partner_account(session, kept.partner_id, "receivable")
    owed = replace(proto, account=trade_account(session, "retention"), due_date=kept.until)
    entry = EntryDraft(
        date=kept.day,
        lines=(
            money.put(replace(proto, account=receivable), -worth, -kept.amount),
            money.put(owed, worth, kept.amount),
        ),
        journal=trade_journal(session, "sale"),
        reference=kept.number,
        narration=kept.narration,
        partner_id=kept.partner_id,
        source_type=SOURCE,
        source_id=str(kept.source_id),
        branch_id=kept.branch_id,
    )
    entry_id = post_once(session, entry)
    if entry_id is None:
        return
    credit = session.scalars(
        select(JournalLine.id)
        .where(JournalLine.entry_id == entry_id)
        .order_by(JournalLine.position)
        .limit(1)
    ).one()
    asked = open_lines(session, kept.pays_type, [kept.source_id], "receivable")
    line = OpenLine(credit, receivable, kept.source_id, -kept.amount)
    set_against(session, [line], _last_due(asked, kept.amount), kept.amount, kept.day)


def _last_due(asked: Sequence[OpenLine], amount: Decimal) -> list[OpenLine]:
    """The instalments due last that come to the amount, so that the first are asked for in full."""
    found: list[OpenLine] = []
    for line in reversed(asked):
        if amount > 0:
            found.append(line)
            amount -= line.owed
    return found


def settle_release(session: Session, entry_id: int, kept_of: int, day: date) -> None:
    """Settle what the entry of a release takes off the retention account with what was put there
    for the document `kept_of`."""
    asked = {"source_type": SOURCE, "source_id": str(kept_of)}
    kept = [
        OpenLine(row.line_id, row.account, kept_of, row.owed)
        for row in fetch_rows(session, _KEPT, asked)
    ]
    if not kept:
        return
    rows = fetch_rows(session, _RELEASED, {"entry": entry_id, "account": kept[0].account})
    for row in rows:
        line = OpenLine(row.line_id, kept[0].account, kept_of, row.owed)
        set_against(session, [line], kept, row.owed, day)


def retention_accounts(session: Session) -> list[int]:
    """The accounts on which something was kept back, also before another one was chosen."""
    return list(
        session.scalars(
            select(JournalLine.account_id)
            .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
            .where(JournalEntry.source_type == SOURCE, JournalLine.due_date.is_not(None))
            .distinct()
        )
    )
