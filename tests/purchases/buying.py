"""What tests of purchases say in a line: a supplier, a product, an order that came, its bill."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.catalog.api import Unit, units
from addons.catalog.services.products import create_product
from addons.contacts.api import add_contact
from addons.purchases.models import Bill, Order, Payment, Receipt
from addons.purchases.services.bills.posting import post_bill
from addons.purchases.services.bills.writing import create_bill
from addons.purchases.services.invariants import INVARIANTS
from addons.purchases.services.orders.approving import confirm_order
from addons.purchases.services.orders.writing import create_order
from addons.purchases.services.payments.posting import post_payment
from addons.purchases.services.payments.writing import create_payment
from addons.purchases.services.receiving.arrivals import Arrival
from addons.purchases.services.receiving.documents import create_receipt
from addons.purchases.services.receiving.posting import post_receipt
from addons.purchases.services.receiving.recording import record
from core.api import Actor, binding
from core.events.log import write_waiting

SYSTEM = Actor("system", "system", unlimited=True)
DAY = date(2026, 3, 14)
_NUMBERS = itertools.count(1)


@contextmanager
def acting(session: Session, who: Actor) -> Iterator[None]:
    """Let somebody else act for a while."""
    context = binding(session).context
    before = context.get("actor")
    context["actor"] = who
    try:
        yield
    finally:
        context["actor"] = before if before is not None else SYSTEM


@dataclass
class Buyer:
    """Somebody who buys."""

    session: Session

    def supplier(self, **more: Any) -> int:
        """A new supplier."""
        name = more.pop("name", f"Eastern Supplies {next(_NUMBERS)}")
        return add_contact(self.session, {"name": name, "is_supplier": True, **more}).id

    def product(self, **more: Any) -> int:
        """A new product, bought and kept in pieces unless it says otherwise."""
        name = more.pop("name", f"Rice {next(_NUMBERS)}")
        return create_product(self.session, {"name": name, **more}).id

    def draft(self, *lines: dict[str, Any], **more: Any) -> Order:
        """A draft order of DAY."""
        values = {"contact_id": more.pop("contact_id", None) or self.supplier(), "date": DAY}
        return create_order(self.session, {**values, **more, "lines": list(lines)})

    def order(self, quantity: str = "10", price: str = "5", **more: Any) -> Order:
        """A binding order of one product."""
        line = {"quantity": Decimal(quantity), "price": Decimal(price), **more.pop("line", {})}
        line.setdefault("product_id", more.pop("product_id", None) or self.product())
        return confirm_order(self.session, self.draft(line, **more))

    def receive(self, order: Order, *quantities: str, **more: Any) -> Receipt:
        """A posted receipt of these quantities of the lines; of all that is open without."""
        return self._move(order, "receipt", quantities, more)

    def send_back(self, order: Order, *quantities: str, **more: Any) -> Receipt:
        """A posted return."""
        return self._move(order, "return", quantities, more)

    def bill(self, order: Order | None = None, **more: Any) -> Bill:
        """A posted bill, of what was received and not billed unless lines are given."""
        values = {"order_id": order.id} if order is not None else {}
        return post_bill(self.session, create_bill(self.session, {**values, "date": DAY, **more}))

    def pay(self, *bills: Bill, amount: str | None = None, **more: Any) -> Payment:
        """A posted payment of bills, whole or of an amount each."""
        lines = [
            {"bill_id": bill.id, "amount": None if amount is None else Decimal(amount)}
            for bill in bills
        ]
        values: dict[str, Any] = {"date": DAY, "lines": lines}
        if "amounts" in more:
            values["amount"] = Decimal(more.pop("amounts"))
        if bills:
            values["contact_id"] = bills[0].contact_id
        return post_payment(self.session, create_payment(self.session, {**values, **more}))

    def units(self) -> list[Unit]:
        """All units of measure."""
        return list(units(self.session).values())

    def receive_pieces(self, order: Order, pieces: str) -> None:
        """So many stock units of the first line come, as the stock tells it."""
        came = {order.lines[0].id: Decimal(pieces)}
        record(self.session, order, Arrival(DAY, "test.transfer", next(_NUMBERS), "T", came))

    def events(self, *names: str) -> list[dict[str, Any]]:
        """What was told under these names, the oldest first."""
        write_waiting(self.session)
        wanted = [f"purchases.{name}" for name in names]
        rows = self.session.execute(
            text("SELECT payload FROM core.event_log WHERE name = ANY(:names) ORDER BY id"),
            {"names": wanted},
        )
        return [row[0] for row in rows]

    def sound(self) -> None:
        """Whatever was done, what is always true is true."""
        self.session.flush()
        for invariant in INVARIANTS:
            result = invariant.check(self.session)
            assert result.holds, (invariant.name, result)

    def _move(
        self, order: Order, kind: str, quantities: Iterable[str], more: dict[str, Any]
    ) -> Receipt:
        lines = [
            {"order_line_id": line.id, "quantity": Decimal(quantity)}
            for line, quantity in zip(order.lines, quantities, strict=False)
            if Decimal(quantity)
        ]
        values = {"order_id": order.id, "kind": kind, "date": DAY, "lines": lines, **more}
        return post_receipt(self.session, create_receipt(self.session, values))
