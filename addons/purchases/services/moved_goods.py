"""What the stock moved of orders and returns, written into the orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import Order, Receipt
from addons.purchases.services.locking import lock
from addons.purchases.services.orders.expecting import SOURCE
from addons.purchases.services.receiving.posting import RETURN
from addons.purchases.services.receiving.recording import Arrival, record

TRANSFER: Final = "inventory.transfer"


def note_moved(
    session: Session,
    source: tuple[str, int],
    transfer_id: int,
    number: str,
    day: date,
    quantities: Mapping[int, Decimal],
) -> None:
    """Write down what a transfer moved of the document `source`: stock units by order line, below
    zero what went back. Told twice, it is written once; documents of others are left alone."""
    kind, key = source
    if kind == SOURCE:
        order, closes = lock(session, Order, key), True
    elif kind == RETURN:
        receipt = session.get(Receipt, key)
        if receipt is None:
            return
        order, closes = lock(session, Order, receipt.order_id), not receipt.replace
    else:
        return
    record(session, order, Arrival(day, TRANSFER, transfer_id, number, quantities, closes))
