"""Bills compared with receipts: what differs by price goes onto the goods, or, for those that are
gone, to the variance; what is due to the exchange rate is a difference of its own.

Goods are worth what they cost at the rate of the day on which they came (IAS 21.23 b): a later
rate changes what is owed, not what they are worth.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.inventory.models import BillMatch
from addons.inventory.services.costs.billed import (
    Billed,
    Matched,
    Moved,
    billed_of,
    moved_of,
)
from addons.inventory.services.costs.findings import Comparison, Findings, adjust, match
from addons.inventory.services.costs.money import ZERO, smallest_unit, split
from addons.inventory.services.costs.pools import lock_pools
from addons.inventory.services.costs.recording import record
from addons.inventory.services.costs.taking_back import settle_returns, take_back
from addons.inventory.services.costs.values import Header
from addons.inventory.services.ledger.together import insert_together
from addons.inventory.services.ledger.values import Source
from core.api import phrase


def compare(
    session: Session,
    lines: Iterable[tuple[int | None, int | None]],
    corrected: int | None = None,
) -> None:
    """Compare what was billed of these lines of orders with what came and went back of them, as
    far as that was not done, and post what differs. Their products are locked already.

    `corrected` is the id of the bill that a debit note at hand corrects: it takes back of that
    one first.
    """
    both = []
    for order_id, line_id in sorted({(a, b) for a, b in lines if a is not None and b is not None}):
        billed = billed_of(session, order_id, line_id)
        if billed:
            both.append((billed, moved_of(session, order_id, line_id, billed)))
    pool_ids = {moved.pool_id for _, several in both for moved in several}
    if not pool_ids:
        return
    currency = company_currency(session)
    work = Comparison(smallest_unit(currency), currency, lock_pools(session, pool_ids), corrected)
    for billed, moved in both:
        _compare_line(work, billed, moved)
    for findings in work.found.values():
        _post(session, findings, work.unit)


def _compare_line(work: Comparison, billed: list[Billed], moved: list[Moved]) -> None:
    """In the order in which it was posted, so that a debit note takes back what was billed before
    it; what nobody took meets what came later."""
    back = [one for one in moved if one.back]
    came = [one for one in moved if not one.back]
    bills: list[Billed] = []
    for one in billed:
        if one.back:
            _pair(work, one, back)
            take_back(work, one, bills, came)
        else:
            _pair(work, one, came)
            bills.append(one)
    for one in billed:
        if one.back:
            take_back(work, one, bills, came)
    for bill in bills:
        _pair(work, bill, came)
    if bills and _open(came) == _open(back):
        settle_returns(work, bills, came, back)
        for bill in bills:
            _pair(work, bill, came)
    for one in billed:
        # A line without a quantity is about the price of what was billed already.
        if one.amount and not one.quantity:
            _change_price(work, one, came)


def _open(goods: list[Moved]) -> Decimal:
    return sum((one.quantity for one in goods), ZERO)


def _pair(work: Comparison, bill: Billed, goods: list[Moved]) -> None:
    """Compare a bill with goods that came, or a debit note with goods that went back."""
    for moved in goods:
        quantity = min(bill.quantity, moved.quantity)
        if quantity <= 0:
            continue
        billed, received = bill.take(quantity, work.unit), moved.take(quantity, work.unit)
        part = Matched(quantity, billed, received)
        match(work, work.of(bill, moved.day, *moved.went_on), bill, moved, part)


def _change_price(work: Comparison, bill: Billed, came: list[Moved]) -> None:
    """A price that was changed afterwards goes onto all goods that came."""
    if not came:
        return
    findings = work.of(bill, *(moved.day for moved in came))
    findings.matches.append((bill, None, Matched(ZERO, bill.amount, ZERO)))
    parts = split(bill.amount, [moved.whole for moved in came], work.unit)
    for moved, part in zip(came, parts, strict=True):
        adjust(findings, work.pools[moved.pool_id], moved, -part if bill.back else part)
    bill.amount = ZERO


def _post(session: Session, findings: Findings, unit: Decimal) -> None:
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
            "quantity": part.quantity,
            "billed": part.billed,
            "received": part.received,
        }
        for billed, move_id, part in findings.matches
    ]
    insert_together(session, BillMatch, rows)
