"""Usual bills that are missing in a month: proposed as accruals, for a person to decide.

A bill is usual when the same supplier was booked to the same expense account in at least three
of the six months before. It is missing when nothing of that supplier stands in the month yet.
The amount proposed is the median of those bills: one that was out of the ordinary moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median_low
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.extension_points import Step, StepState
from addons.accounting.models import Accrual, Period
from addons.accounting.options import AccountingOptions
from addons.accounting.services.accruals import create_accrual, post_accrual, post_drafts_of
from core.api import Conflict, msg, options, phrase

_MONTHS: Final = 6
_USUAL: Final = 3
_BILLS: Final = text("""
WITH bill AS (
  SELECT entry.partner_id, entry.partner, line.account_id, entry.date,
         date_trunc('month', entry.date) AS month, sum(line.amount) AS amount
    FROM accounting.journal_entry AS entry
    JOIN accounting.journal AS journal
      ON journal.id = entry.journal_id AND journal.type = 'purchase'
    JOIN accounting.journal_line AS line ON line.entry_id = entry.id AND line.currency = :currency
    JOIN accounting.account AS account ON account.id = line.account_id AND account.active
     AND account.type = 'expense'
   WHERE entry.number IS NOT NULL AND entry.reverses_id IS NULL
     AND (entry.partner_id IS NOT NULL OR entry.partner <> '')
     AND entry.date >= CAST(:start AS date) - make_interval(months => :months)
     AND entry.date < CAST(:start AS date)
     AND NOT EXISTS (SELECT 1 FROM accounting.journal_entry AS undoing
                      WHERE undoing.reverses_id = entry.id)
   GROUP BY entry.id, line.account_id
), usual AS (
  SELECT partner_id, CASE WHEN partner_id IS NULL THEN partner END AS called, account_id,
         max(partner) AS partner, count(DISTINCT month) AS months, max(date) AS last,
         array_agg(amount ORDER BY amount) FILTER (WHERE amount > 0) AS amounts
    FROM bill GROUP BY 1, 2, 3 HAVING count(DISTINCT month) >= :usual
)
SELECT usual.partner_id, usual.partner, usual.account_id, account.code, account.name,
       usual.months, usual.last, usual.amounts
  FROM usual JOIN accounting.account AS account ON account.id = usual.account_id
 WHERE usual.amounts IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM accounting.journal_entry AS entry
                     JOIN accounting.journal AS journal
                       ON journal.id = entry.journal_id AND journal.type = 'purchase'
                    WHERE entry.number IS NOT NULL AND entry.date BETWEEN :start AND :end
                      AND (entry.partner_id = usual.partner_id
                           OR (usual.partner_id IS NULL AND entry.partner = usual.called)))
   AND NOT EXISTS (SELECT 1 FROM accounting.accrual AS known
                    WHERE known.date = :end AND known.account_id = usual.account_id
                      AND (known.partner_id = usual.partner_id
                           OR (usual.partner_id IS NULL AND known.partner = usual.called)))
 ORDER BY usual.partner, account.code
""")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A usual bill that is missing: of whom, for what, how often it came and what it came to."""

    partner_id: int | None
    partner: str
    account_id: int
    account: str
    months: int
    last: date
    amount: Decimal

    @property
    def key(self) -> str:
        """Names the proposal in a form."""
        return f"{self.account_id}|{self.partner_id or self.partner}"


def proposals(session: Session, period: Period) -> list[Proposal]:
    """What usually comes and is missing in a period, nothing decided yet."""
    rows = session.execute(
        _BILLS,
        {
            "currency": options(session, AccountingOptions).company_currency,
            "start": period.start_date,
            "end": period.end_date,
            "months": _MONTHS,
            "usual": _USUAL,
        },
    )
    return [
        Proposal(
            row.partner_id,
            row.partner,
            row.account_id,
            row.code if row.code.endswith(row.name) else f"{row.code} {row.name}",
            row.months,
            row.last,
            median_low(row.amounts),
        )
        for row in rows
    ]


def accept(session: Session, period: Period, key: str, amount: Decimal) -> Accrual:
    """Accrue a missing bill with this amount, and post it."""
    accrual = create_accrual(session, _values(session, period, key, amount))
    post_accrual(session, accrual)
    return accrual


def dismiss(session: Session, period: Period, key: str) -> Accrual:
    """Note that the bill is not expected this month."""
    accrual = create_accrual(session, _values(session, period, key, None))
    accrual.state = "dismissed"
    session.flush()
    return accrual


def _values(session: Session, period: Period, key: str, amount: Decimal | None) -> dict[str, Any]:
    found = next((one for one in proposals(session, period) if one.key == key), None)
    if found is None:
        raise Conflict(phrase("This was decided, or the bill has come meanwhile."))
    return {
        "date": period.end_date,
        "kind": "expense",
        "account_id": found.account_id,
        "amount": found.amount if amount is None else amount,
        "partner": found.partner,
        "partner_id": found.partner_id,
    }


def check(session: Session, period: Period) -> StepState:
    """Accruals are posted, and each usual bill is there, accrued or not expected."""
    drafts = session.query(Accrual).filter_by(state="draft", date=period.end_date).count()
    missing = proposals(session, period)
    url = f"/accounting/closing/{period.id}/accruals"
    if missing:
        names = sorted({one.partner for one in missing})
        sentence = phrase(
            "Usual bills that are missing: {names}.",
            names=", ".join(names[:4]) + ("…" if len(names) > 4 else ""),
        )
        return StepState("open", sentence, url, len(missing) + drafts, can_run=drafts > 0)
    if drafts:
        return StepState(
            "open", phrase("Accruals that are drafts: {count}.", count=drafts), url, drafts
        )
    return StepState("done", phrase("No usual bill is missing."), url)


def run(session: Session, period: Period) -> str:
    """Post the drafts. What is missing stays for a person to decide."""
    return phrase("Accruals posted: {count}.", count=post_drafts_of(session, period))


ACCRUALS: Final = Step("accounting.accruals", msg("Accrue what is not billed yet"), 500, check, run)
