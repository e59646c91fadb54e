"""What the stock moved of orders, written into them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import Order
from addons.purchases.services.locking import lock
from addons.purchases.services.orders.expecting import SOURCE
from addons.purchases.services.receiving.arrivals import Arrival
from addons.purchases.services.receiving.recording import record
from addons.purchases.services.receiving.sending_back import is_final

TRANSFER: Final = "inventory.transfer"


def note_moved(
    session: Session,
    source: tuple[str, int],
    transfer_id: int,
    number: str,
    day: date,
    quantities: Mapping[int, Decimal],
    key: str = "",
    values: Mapping[int, Decimal] | None = None,
) -> None:
    """Write down what a transfer moved of the document `source`: stock units by order line, below
    zero what went back, and what they were worth. `key` is that of the movement which asked for it.
    Told twice, it is written once; documents of others are left alone."""
    kind, order_id = source
    if kind != SOURCE:
        return
    order = lock(session, Order, order_id)
    final = is_final(session, key)
    arrival = Arrival(day, TRANSFER, transfer_id, number, quantities, final, values)
    record(session, order, arrival)
