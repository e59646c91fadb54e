"""What is always true of the books, each with the figure that shows it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services import chain
from addons.accounting.services.assets.register import INVARIANT as ASSETS_EQUAL_LEDGER
from addons.accounting.services.balances import balances
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.settlement.invariants import INVARIANTS as SETTLEMENT_INVARIANTS
from addons.accounting.services.trade.liability_control import INVARIANTS as OWED_INVARIANTS
from addons.accounting.services.trade.stock_control import INVARIANT as STOCK_EQUALS_LEDGER
from core.api import Invariant, InvariantResult, msg

_UNBALANCED = text("""
SELECT entry.number, line.currency, sum(line.amount)
  FROM accounting.journal_entry AS entry
  JOIN accounting.journal_line AS line ON line.entry_id = entry.id
 WHERE entry.number IS NOT NULL
 GROUP BY entry.number, line.currency HAVING sum(line.amount) <> 0
""")
_POSTED = text("SELECT count(*) FROM accounting.journal_entry WHERE number IS NOT NULL")
_GAPS = text("""
SELECT series.prefix, series.last_number, count(entry.id), coalesce(max(entry.sequence), 0)
  FROM accounting.number_series AS series
  LEFT JOIN accounting.journal_entry AS entry ON entry.series_id = series.id
 GROUP BY series.id
HAVING series.last_number <> count(entry.id)
    OR series.last_number <> coalesce(max(entry.sequence), 0)
""")
_SERIES = text("SELECT count(*) FROM accounting.number_series")
_APART = text("""
WITH shown AS (
  SELECT account_id, currency, debit - credit AS amount FROM accounting.period_balance
  UNION ALL
  SELECT line.account_id, line.currency, line.amount FROM accounting.balance_tail AS tail
    JOIN accounting.journal_line AS line ON line.entry_id = tail.entry_id
  UNION ALL
  SELECT line.account_id, line.currency, -line.amount FROM accounting.journal_line AS line
    JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
   WHERE entry.number IS NOT NULL
)
SELECT account.code, shown.currency, sum(shown.amount)
  FROM shown JOIN accounting.account ON account.id = shown.account_id
 GROUP BY account.code, shown.currency HAVING sum(shown.amount) <> 0
""")


def entries_balance(session: Session) -> InvariantResult:
    """Every posted entry balances in each currency."""
    bad = session.execute(_UNBALANCED).all()
    detail = "; ".join(f"{number}: {amount} {currency}" for number, currency, amount in bad)
    return InvariantResult(not bad, f"{session.scalar(_POSTED)} entries", detail)


def trial_balance_is_zero(session: Session) -> InvariantResult:
    """The closing balances of all accounts add up to zero in each currency."""
    by_currency: dict[str, list] = {}
    for balance in balances(session):
        by_currency.setdefault(balance.currency, []).append(balance.closing)
    sums = {currency: exact_sum(amounts) for currency, amounts in sorted(by_currency.items())}
    shown = {currency: f"{total:f} {currency}" for currency, total in sums.items()}
    apart = [shown[currency] for currency, total in sums.items() if total]
    return InvariantResult(not apart, ", ".join(shown.values()) or "0", ", ".join(apart))


def balances_equal_lines(session: Session) -> InvariantResult:
    """Monthly balances and tail together equal the sum of all posted lines."""
    bad = session.execute(_APART).all()
    detail = "; ".join(f"{code}: {amount} {currency}" for code, currency, amount in bad)
    return InvariantResult(not bad, f"{len(bad)} accounts apart", detail)


def chains_verify(session: Session) -> InvariantResult:
    """Each posted entry has the hash that its content and its predecessor give."""
    report = chain.verify(session)
    return InvariantResult(
        report.holds, f"{report.checked} entries", "; ".join(report.findings[:20])
    )


def numbers_have_no_gap(session: Session) -> InvariantResult:
    """Each series runs from 1 to its last number without a gap or a duplicate."""
    bad = session.execute(_GAPS).all()
    detail = "; ".join(f"{prefix}: {count} of {last}" for prefix, last, count, _ in bad)
    return InvariantResult(not bad, f"{session.scalar(_SERIES)} series", detail)


INVARIANTS = (
    Invariant("accounting.entries_balance", msg("Every entry balances"), entries_balance),
    Invariant(
        "accounting.trial_balance_is_zero", msg("The trial balance is zero"), trial_balance_is_zero
    ),
    Invariant(
        "accounting.balances_equal_lines",
        msg("Balances equal the sum of the lines"),
        balances_equal_lines,
    ),
    Invariant("accounting.chains_verify", msg("The hash chains verify"), chains_verify),
    Invariant("accounting.numbers_have_no_gap", msg("Numbers have no gap"), numbers_have_no_gap),
    *SETTLEMENT_INVARIANTS,
    *OWED_INVARIANTS,
    ASSETS_EQUAL_LEDGER,
    STOCK_EQUALS_LEDGER,
)
