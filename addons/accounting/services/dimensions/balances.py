"""Sums by the values of a dimension: the parts of each account's movement, together all of it.

A part is amount times percent, which is exact; only the sum of an account is rounded, and what
rounding leaves over goes to the parts that it took most from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services.balances import AccountBalance, balances
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.money import smallest_unit

_ANY_LENGTH: Final = Context(prec=200)

# Multiplied and not divided by a hundred: a product of NUMERIC has all its digits.
_PARTS: Final = text("""
SELECT line.account_id, line.currency, CAST(part.key AS bigint),
       sum(line.amount * CAST(part.value AS numeric) * 0.01)
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id AND entry.number IS NOT NULL
 CROSS JOIN LATERAL jsonb_each_text(line.analytic -> CAST(:dimension AS text)) AS part
 WHERE line.analytic IS NOT NULL
   AND line.date BETWEEN coalesce(CAST(:start AS date), '0001-01-01')
                     AND coalesce(CAST(:end AS date), '9999-12-31')
   AND (CAST(:branches AS bigint[]) IS NULL
        OR coalesce(entry.branch_id, 0) = ANY (CAST(:branches AS bigint[])))
 GROUP BY line.account_id, line.currency, part.key
""")


@dataclass(frozen=True, slots=True)
class DimensionBalance:
    """What a value of the dimension has of an account's movement; `value_id` None is what no
    value has. Debits are positive, credits negative."""

    account_id: int
    code: str
    name: str
    type: str
    currency: str
    value_id: int | None
    amount: Decimal


def balances_by_dimension(
    session: Session,
    dimension_id: int,
    start: date | None = None,
    end: date | None = None,
    branches: Collection[int] | None = None,
) -> list[DimensionBalance]:
    """The movement of all accounts in these days by the values of a dimension, in the order of
    the chart; of these branches alone where they are given, with 0 for entries of no branch. The
    rows of an account sum to its movement in `balances`."""
    parts: dict[tuple[int, str], dict[int | None, Decimal]] = {}
    rows = session.execute(
        _PARTS,
        {
            "dimension": str(dimension_id),
            "start": start,
            "end": end,
            "branches": None if branches is None else list(branches),
        },
    )
    for account_id, currency, value_id, amount in rows:
        parts.setdefault((account_id, currency), {})[value_id] = amount
    found: list[DimensionBalance] = []
    for balance in balances(session, start, end, branches):
        found += _rows(balance, parts.get((balance.account_id, balance.currency), {}))
    return found


def _rows(balance: AccountBalance, parts: dict[int | None, Decimal]) -> Iterable[DimensionBalance]:
    whole = balance.debit - balance.credit
    rest = exact_sum((whole, *(amount.copy_negate() for amount in parts.values())))
    everything = {**parts, None: rest} if rest or not parts else parts
    rounded = rounded_parts(tuple(everything.values()), balance.currency)
    for value_id, amount in zip(everything, rounded, strict=True):
        if amount or parts.get(value_id):
            yield DimensionBalance(
                balance.account_id,
                balance.code,
                balance.name,
                balance.type,
                balance.currency,
                value_id,
                amount,
            )


def rounded_parts(parts: Sequence[Decimal], currency: str) -> list[Decimal]:
    """The parts in whole units of the currency, with the same sum. A sum that is not in whole
    units itself leaves its odd end with the first part."""
    unit = smallest_unit(currency)
    exact = [_ANY_LENGTH.divide(part, unit) for part in parts]
    floors = [amount.to_integral_value(ROUND_FLOOR) for amount in exact]
    left = exact_sum((*exact, *(floor.copy_negate() for floor in floors)))
    by_loss = sorted(range(len(parts)), key=lambda at: (floors[at] - exact[at], at))
    for at in by_loss[: int(left)]:
        floors[at] += 1
    rounded = [_ANY_LENGTH.multiply(count, unit) for count in floors]
    odd = exact_sum((*parts, *(amount.copy_negate() for amount in rounded)))
    if odd and rounded:
        rounded[0] = exact_sum((rounded[0], odd))
    return rounded
