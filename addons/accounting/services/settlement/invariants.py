"""What is always true of open items, each with the figure that shows it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.services.balances import balances
from addons.accounting.services.settlement.items import open_totals
from core.api import Invariant, InvariantResult, msg, today

_ZERO = Decimal(0)

# Against the parts themselves, so that a figure that was tampered with shows.
_UNSOUND = text("""
WITH taken AS (
  SELECT part.line_id, sum(part.amount) AS amount, sum(part.original_amount) AS original
    FROM accounting.settlement_part AS part
    JOIN accounting.settlement ON settlement.id = part.settlement_id
   WHERE settlement.undone_on IS NULL GROUP BY part.line_id
)
SELECT 'line ' || line.id
  FROM accounting.settled_line AS settled
  FULL JOIN taken ON taken.line_id = settled.line_id
  JOIN accounting.journal_line AS line ON line.id = coalesce(settled.line_id, taken.line_id)
 WHERE coalesce(settled.amount, 0) <> coalesce(taken.amount, 0)
    OR coalesce(settled.original_amount, 0) <> coalesce(taken.original, 0)
    OR coalesce(taken.amount, 0) NOT BETWEEN least(line.amount, 0) AND greatest(line.amount, 0)
UNION ALL
SELECT 'settlement ' || settlement.id
  FROM accounting.settlement
  LEFT JOIN accounting.settlement_part AS part ON part.settlement_id = settlement.id
 GROUP BY settlement.id
HAVING coalesce(sum(part.amount), 0) <> 0 OR count(part.id) < 2
    OR (settlement.original_currency <> '' AND sum(coalesce(part.original_amount, 0)) <> 0)
UNION ALL
SELECT 'entry of settlement ' || settlement.id
  FROM accounting.settlement
 WHERE settlement.entry_id IS NOT NULL
   AND (settlement.undone_on IS NOT NULL) <> EXISTS (
     SELECT 1 FROM accounting.journal_entry AS reversal
      WHERE reversal.reverses_id = settlement.entry_id)
 LIMIT 20
""")
_STANDING = text("SELECT count(*) FROM accounting.settlement WHERE undone_on IS NULL")


def control_accounts_equal_open_items(session: Session) -> InvariantResult:
    """What is open on each reconcilable account is its balance, now and at today's end."""
    codes = {
        account.id: account.code
        for account in session.scalars(select(Account).where(Account.reconcilable))
    }
    bad: list[str] = []
    for day in (None, today(session)):
        open_now = open_totals(session, day)
        ledger = {
            (balance.account_id, balance.currency): balance.closing
            for balance in balances(session, None, day)
            if balance.account_id in codes
        }
        for key in sorted(ledger.keys() | open_now.keys()):
            apart = open_now.get(key, _ZERO) - ledger.get(key, _ZERO)
            if apart:
                bad.append(f"{codes[key[0]]}: {apart:f} {key[1]}")
    return InvariantResult(not bad, f"{len(codes)} accounts", "; ".join(dict.fromkeys(bad)))


def settlements_are_sound(session: Session) -> InvariantResult:
    """Settlements sum to zero, take no more of a line than it has, and their entries stand or are
    reversed with them."""
    bad = list(session.scalars(_UNSOUND))
    return InvariantResult(not bad, f"{session.scalar(_STANDING)} settlements", ", ".join(bad))


INVARIANTS = (
    Invariant(
        "accounting.control_accounts_equal_open_items",
        msg("Control accounts equal their open items"),
        control_accounts_equal_open_items,
    ),
    Invariant(
        "accounting.settlements_are_sound",
        msg("Settlements take no more than there is"),
        settlements_are_sound,
    ),
)
