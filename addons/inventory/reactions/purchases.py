"""When a supplier's bill, or a debit note to him, is posted; and when goods of his are bought that
were used already."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.inventory.services.costs.bill_lines import Bill, BillGoods, take_in
from addons.inventory.services.costs.consumed import buy
from addons.inventory.services.costs.landing import BilledCost, draft_from_bill
from addons.purchases.api import BillPosted, ConsumptionOrdered
from core.api import on


@on(BillPosted)
def compare_with_receipts(session: Session, event: BillPosted) -> None:
    """What differs from the receipts of the order's lines is posted by itself."""
    bill = Bill(
        event.bill_id,
        event.number,
        event.day,
        event.contact_id,
        event.branch_id,
        event.currency,
        event.rate,
        back=event.kind == "debit_note",
        corrects_id=event.corrects_id,
    )
    goods = [
        BillGoods(
            line.line_id,
            line.order_id,
            line.order_line_id,
            line.product_id,
            line.quantity,
            line.net,
        )
        for line in event.lines
        if line.role == "goods"
        and line.product_id is not None
        and line.order_id is not None
        and line.order_line_id is not None
    ]
    take_in(session, bill, goods)


@on(BillPosted)
def prepare_landed_costs(session: Session, event: BillPosted) -> None:
    """Each line that is a landed cost becomes a draft, for somebody who knows which goods bear
    it; those of the line's order are proposed."""
    sign = -1 if event.kind == "debit_note" else 1
    for line in event.lines:
        if line.role == "landed_cost":
            cost = BilledCost(
                event.bill_id,
                line.line_id,
                event.number,
                event.day,
                event.contact_id,
                line.label,
                sign * line.net * event.rate,
                line.order_id,
            )
            draft_from_bill(session, cost)


@on(ConsumptionOrdered)
def remember_purchase(session: Session, event: ConsumptionOrdered) -> None:
    """The moves that used the goods are what bills of that order are compared with."""
    buy(session, event.order_id, {line.order_line_id: line.move_ids for line in event.lines})
