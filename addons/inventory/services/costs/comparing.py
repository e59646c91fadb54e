"""Bills compared with receipts: what differs by price goes onto the goods, or, for those that are
gone, to the variance; what is due to the exchange rate is a difference of its own.

Goods are worth what they cost at the rate of the day on which they came (IAS 21.23 b): a later
rate changes what is owed, not what they are worth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.inventory.models import BillMatch
from addons.inventory.services.costs.billed import Billed, Moved, billed_of, moved_of
from addons.inventory.services.costs.money import ZERO, rounded, smallest_unit, split
from addons.inventory.services.costs.pool import Line
from addons.inventory.services.costs.pools import PoolRow, lock_pools
from addons.inventory.services.costs.recording import record
from addons.inventory.services.costs.values import Draft, Header
from addons.inventory.services.ledger.together import insert_together
from addons.inventory.services.ledger.values import Source
from core.api import phrase


@dataclass(slots=True)
class _Findings:
    """What a bill changes, from the first day on which both it and the goods were there."""

    bill: Billed
    day: date
    drafts: list[Draft] = field(default_factory=list)
    beside: list[tuple[PoolRow, Line]] = field(default_factory=list)
    matches: list[tuple[Billed, int | None, Decimal, Decimal, Decimal]] = field(
        default_factory=list
    )


@dataclass(slots=True)
class _Comparison:
    """A comparison under way: the pools that are locked, and findings by bill."""

    unit: Decimal
    currency: str
    pools: dict[int, PoolRow]
    found: dict[int, _Findings] = field(default_factory=dict)

    def of(self, bill: Billed, day: date) -> _Findings:
        findings = self.found.setdefault(bill.bill_id, _Findings(bill, max(bill.day, day)))
        findings.day = max(findings.day, day)
        return findings


def compare(session: Session, lines: Iterable[tuple[int | None, int | None]]) -> None:
    """Compare what was billed of these lines of orders with what came and went back of them, as
    far as that was not done, and post what differs. Their products are locked already."""
    both = []
    for order_id, line_id in sorted({(a, b) for a, b in lines if a is not None and b is not None}):
        billed = billed_of(session, order_id, line_id)
        if billed:
            both.append((billed, moved_of(session, order_id, line_id)))
    pool_ids = {moved.pool_id for _, several in both for moved in several}
    if not pool_ids:
        return
    currency = company_currency(session)
    work = _Comparison(smallest_unit(currency), currency, lock_pools(session, pool_ids))
    for billed, moved in both:
        _compare_line(work, billed, moved)
    for findings in work.found.values():
        _post(session, findings, work.unit)


def _compare_line(work: _Comparison, billed: list[Billed], moved: list[Moved]) -> None:
    back = [one for one in billed if one.back]
    bills = [one for one in billed if not one.back]
    came = [one for one in moved if not one.back]
    for note in back:
        _pair(work, note, [one for one in moved if one.back])
    for bill in bills:
        _pair(work, bill, came)
    for note in back:
        _credit_unreceived(work, note, bills, came)
        if note.amount and not any(bill.quantity for bill in bills):
            _change_price(work, note, came, -note.amount)
    for bill in bills:
        # A line without a quantity charges for what was billed already.
        if bill.amount and not bill.quantity:
            _change_price(work, bill, came, bill.amount)


def _pair(work: _Comparison, bill: Billed, goods: list[Moved]) -> None:
    """Compare a bill with goods that came, or a debit note with goods that went back."""
    for moved in goods:
        quantity = min(bill.quantity, moved.quantity)
        if quantity <= 0:
            continue
        billed, received = bill.take(quantity, work.unit), moved.take(quantity, work.unit)
        findings = work.of(bill, moved.day)
        findings.matches.append((bill, moved.id, quantity, billed, received))
        row = work.pools[moved.pool_id]
        sign = -1 if moved.back else 1
        exchange = _by_rate(work, bill, moved, billed) * sign
        price = (billed - received) * sign - exchange
        if exchange:
            _note(findings, row, ("exchange", exchange))
        if price and moved.back:
            _note(findings, row, ("variance", price))
        elif price:
            _adjust(findings, row, moved, price)


def _by_rate(work: _Comparison, bill: Billed, moved: Moved, billed: Decimal) -> Decimal:
    """What would have been billed less, had the rate of the receipt held."""
    if bill.currency != moved.currency or bill.currency == work.currency:
        return ZERO
    if bill.rate == moved.rate:
        return ZERO
    return billed - rounded(billed * moved.rate / bill.rate, work.unit)


def _credit_unreceived(
    work: _Comparison, note: Billed, bills: list[Billed], came: list[Moved]
) -> None:
    """Goods that were billed, never came, and are credited: what differs is nobody's cost."""
    for bill in bills:
        quantity = min(note.quantity, bill.quantity)
        if quantity <= 0 or not came:
            continue
        credited, billed = note.take(quantity, work.unit), bill.take(quantity, work.unit)
        findings = work.of(note, bill.day)
        findings.matches.append((note, None, quantity, credited, ZERO))
        findings.matches.append((bill, None, quantity, billed, ZERO))
        if billed != credited:
            row = work.pools[came[0].pool_id]
            _note(findings, row, ("variance", billed - credited))


def _change_price(work: _Comparison, bill: Billed, came: list[Moved], amount: Decimal) -> None:
    """A price that was changed afterwards goes onto all goods that came."""
    if not came:
        return
    findings = work.of(bill, max(moved.day for moved in came))
    findings.matches.append((bill, None, bill.quantity, bill.amount, ZERO))
    parts = split(abs(amount), [moved.whole for moved in came], work.unit)
    for moved, part in zip(came, parts, strict=True):
        if part:
            _adjust(findings, work.pools[moved.pool_id], moved, part if amount > 0 else -part)
    bill.quantity = bill.amount = ZERO


def _adjust(findings: _Findings, row: PoolRow, moved: Moved, amount: Decimal) -> None:
    findings.drafts.append(
        Draft(row, "adjust", amount=amount, role="received", layer_id=moved.event_id)
    )


def _note(findings: _Findings, row: PoolRow, side: tuple[str, Decimal]) -> None:
    role, amount = side
    findings.beside.append((row, Line(None, role, amount)))  # type: ignore[arg-type]
    findings.beside.append((row, Line(None, "received", -amount)))


def _post(session: Session, findings: _Findings, unit: Decimal) -> None:
    bill = findings.bill
    valuation_id = None
    if findings.drafts or findings.beside:
        header = Header(
            findings.day,
            phrase("Difference of bill {number}", number=bill.number),
            bill.number,
            bill.contact_id,
            bill.branch_id,
            Source("purchases.bill", bill.bill_id),
        )
        recorded = record(session, header, findings.drafts, unit, beside=findings.beside)
        valuation_id = recorded.valuation_id
    rows = [
        {
            "billed_line_id": billed.id,
            "move_id": move_id,
            "valuation_id": valuation_id,
            "quantity": quantity,
            "billed": amount,
            "received": received,
        }
        for billed, move_id, quantity, amount, received in findings.matches
    ]
    insert_together(session, BillMatch, rows)
