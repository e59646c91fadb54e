"""Debit notes take back quantities that were billed: the goods are not billed again.

What a match had put onto goods is taken off on the day of the note, at what is left of the goods
then; nothing that was posted changes. A later bill meets the goods as if there had been none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from addons.inventory.services.costs.billed import Billed, Matched, Moved
from addons.inventory.services.costs.findings import Comparison, adjust, match, note
from addons.inventory.services.costs.money import ZERO


def take_back(
    work: Comparison, credit: Billed, bills: Sequence[Billed], came: Sequence[Moved]
) -> None:
    """Take a debit note's quantity off these bills: off the one that it corrects first, then off
    the last one; of each, first what never came, then what did."""
    if not came:
        return
    corrected = [bill for bill in bills if bill.bill_id == work.corrected]
    others = [bill for bill in reversed(bills) if bill.bill_id != work.corrected]
    for group in (corrected, others):
        for bill in group:
            _credit(work, credit, bill, came[0])
        for bill in group:
            reopen(work, credit, bill, reversed(came), credit.quantity)
            _credit(work, credit, bill, came[0])


def reopen(
    work: Comparison,
    because: Billed,
    bill: Billed,
    came: Iterable[Moved],
    most: Decimal,
    *days: date,
) -> None:
    """Undo the matches of a bill with these goods for at most this quantity: both are open again,
    and what the match had changed is changed back, by another document and not before these days
    and those of the match."""
    for moved in came:
        known = bill.matched.get(moved.id)
        quantity = ZERO if known is None else min(most, known.quantity)
        if known is None or quantity <= 0:
            continue
        part = known.part(quantity, work.unit).negative()
        bill.take_off(part.quantity, part.billed)
        moved.take_off(part.quantity, part.received)
        match(work, work.of(because, bill.day, moved.day, *days), bill, moved, part)
        most -= quantity


def _credit(work: Comparison, credit: Billed, bill: Billed, moved: Moved) -> None:
    """What was billed, is open and is credited: what differs is nobody's cost."""
    quantity = min(credit.quantity, bill.quantity)
    if quantity <= 0:
        return
    credited, billed = credit.take(quantity, work.unit), bill.take(quantity, work.unit)
    findings = work.of(credit, bill.day)
    findings.matches.append((credit, None, Matched(quantity, credited, ZERO)))
    findings.matches.append((bill, None, Matched(quantity, billed, ZERO)))
    exchange = -work.by_rate(credit, bill, credited)
    row = work.pools[moved.pool_id]
    note(findings, row, "exchange", exchange)
    note(findings, row, "variance", billed - credited - exchange)


def settle_returns(
    work: Comparison, bills: Sequence[Billed], came: Sequence[Moved], back: Sequence[Moved]
) -> None:
    """Where all that was kept is billed, goods that went back meet those that they came as, as if
    they had not come. What was billed of them is open again, for those that came instead."""
    by_id = {moved.id: moved for moved in came}
    for went in back:
        origin = by_id.get(went.origin_id or 0)
        if origin is None or went.quantity <= 0:
            continue
        days = (went.day, *(one.day for one in came if one.quantity))
        for bill in reversed(bills):
            missing = went.quantity - origin.quantity
            reopen(work, bill, bill, [origin], missing, *days)
        _offset(work, bills[0], origin, went)


def _offset(work: Comparison, bill: Billed, origin: Moved, went: Moved) -> None:
    """Goods that came and went back were put down at the same value: both are done. Matches hang
    on a bill; this one takes nothing of it."""
    quantity = min(went.quantity, origin.quantity)
    if quantity <= 0:
        return
    amount = went.take(quantity, work.unit)
    origin.take_off(quantity, amount)
    findings = work.of(bill, went.day, origin.day)
    findings.matches += [
        (bill, origin.id, Matched(quantity, ZERO, amount)),
        (bill, went.id, Matched(quantity, ZERO, amount)),
        (bill, None, Matched(-2 * quantity, ZERO, ZERO)),
    ]
    if not origin.quantity and origin.amount:
        # What rounding left between those that went back and those that were billed is a price of
        # the latter; nothing else of these goods will come to take it.
        left = Matched(ZERO, ZERO, origin.take(ZERO, work.unit))
        findings.matches.append((bill, origin.id, left))
        adjust(findings, work.pools[origin.pool_id], origin, -left.received)
