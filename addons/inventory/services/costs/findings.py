"""What a comparison of bills and goods finds: matches, and what each of them changes.

Everything that is put on or taken off is put down here, so that for each match "goods received"
changes by exactly what was billed less what had been put down for the goods.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from addons.inventory.services.costs.billed import Billed, Matched, Moved
from addons.inventory.services.costs.money import ZERO, rounded, share
from addons.inventory.services.costs.pool import Line
from addons.inventory.services.costs.pools import PoolRow
from addons.inventory.services.costs.values import Draft


@dataclass(slots=True)
class Findings:
    """What a bill or a debit note changes, from the first day on which both it and the goods were
    there."""

    bill: Billed
    day: date
    drafts: list[Draft] = field(default_factory=list)
    beside: list[tuple[PoolRow, Line]] = field(default_factory=list)
    matches: list[tuple[Billed, int | None, Matched]] = field(default_factory=list)


@dataclass(slots=True)
class Comparison:
    """A comparison under way: the pools that are locked, the bill that the debit note at hand
    corrects, and findings by bill."""

    unit: Decimal
    currency: str
    pools: dict[int, PoolRow]
    corrected: int | None = None
    found: dict[int, Findings] = field(default_factory=dict)

    def of(self, bill: Billed, *days: date) -> Findings:
        """The findings of a bill, not before these days."""
        findings = self.found.setdefault(bill.bill_id, Findings(bill, bill.day))
        findings.day = max(findings.day, *days)
        return findings

    def by_rate(self, bill: Billed, other: Billed | Moved, amount: Decimal) -> Decimal:
        """How much less a bill's amount would be, had the rate of the other held."""
        if bill.currency != other.currency or bill.currency == self.currency:
            return ZERO
        if bill.rate == other.rate:
            return ZERO
        return amount - rounded(amount * other.rate / bill.rate, self.unit)


def match(work: Comparison, findings: Findings, bill: Billed, moved: Moved, part: Matched) -> None:
    """Put a part of a bill and of goods down as one, or, with a negative part, no longer as one.
    The price goes onto goods that came, and to the variance for those that went back, or that went
    back since: what a bill asks for beyond what was kept is for these."""
    findings.matches.append((bill, moved.id, part))
    bill.remember(moved.id, part)
    onto_kept = moved.bill(part.quantity)
    sign = -1 if moved.back else 1
    exchange = work.by_rate(bill, moved, part.billed) * sign
    price = (part.billed - part.received) * sign - exchange
    row = work.pools[moved.pool_id]
    note(findings, row, "exchange", exchange)
    if moved.back:
        note(findings, row, "variance", price)
    else:
        kept = share(price, onto_kept, part.quantity, work.unit)
        adjust(findings, row, moved, kept)
        note(findings, row, "variance", price - kept)


def adjust(findings: Findings, row: PoolRow, moved: Moved, amount: Decimal) -> None:
    """A cost goes onto goods that came."""
    if amount:
        findings.drafts.append(
            Draft(row, "adjust", amount=amount, role="received", layer_id=moved.event_id)
        )


def note(findings: Findings, row: PoolRow, role: str, amount: Decimal) -> None:
    """A difference goes to another role, and touches no goods."""
    if amount:
        findings.beside.append((row, Line(None, role, amount)))  # type: ignore[arg-type]
        findings.beside.append((row, Line(None, "received", -amount)))
