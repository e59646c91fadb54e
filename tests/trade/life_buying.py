"""The buying side of a random company: orders in two currencies, receipts beyond what was ordered,
bills that are dearer or cheaper, debit notes, returns, payments, advances, and freight."""

from __future__ import annotations

from datetime import date
from typing import Final

from hypothesis import strategies as st

from addons.inventory.services.costs.landing import undo_landed_cost
from addons.purchases.models import Bill, Order, OrderLine
from addons.purchases.services.bills.releasing import release_bill
from addons.purchases.services.orders.approving import confirm_order
from addons.purchases.services.payments.applying import apply_payment, apply_to_oldest
from addons.purchases.services.payments.posting import reverse_payment
from addons.purchases.services.receiving.documents import create_receipt
from addons.purchases.services.receiving.posting import post_receipt
from tests.trade.life import CENTS, DAYS, FEW, FIRST, WHICH, D, Life, step

CURRENCY: Final = st.sampled_from(("SAR", "SAR", "EUR"))


class Buying(Life):
    """What a buyer does."""

    @property
    def billed(self) -> list[Bill]:
        return [bill for bill in self.bills if bill.kind == "bill"]

    @step(which=WHICH, quantity=FEW, cents=CENTS, currency=CURRENCY, day=DAYS)
    def buy(self, which: int, quantity: int, cents: int, currency: str, day: date) -> None:
        lines = [
            {"product_id": product, "quantity": D(quantity), "price": D(cents) / 100,
             "over_tolerance": D(100)}
            for product in dict.fromkeys(
                (self.one_of(self.products, which), self.one_of(self.products, cents))
            )
        ]  # fmt: skip
        first, *more = lines
        self.orders.append(self.bought(first, *more, currency=currency, day=day))

    def bought(self, *lines: dict[str, object], currency: str, day: date) -> Order:
        """A binding order of these lines."""
        draft = self.buyer.draft(*lines, contact_id=self.mill, currency=currency, date=day)
        return confirm_order(self.session, draft)

    @step(which=WHICH, quantity=FEW, day=DAYS)
    def receive(self, which: int, quantity: int, day: date) -> None:
        """A part of a line, or more than was ordered of it."""
        order = self.one_of(self.orders, which)
        self.moved(order, "receipt", self.one_of(order.lines, which), quantity, day)

    @step(which=WHICH, day=DAYS)
    def receive_all(self, which: int, day: date) -> None:
        order = self.one_of([one for one in self.orders if one.state == "approved"], which)
        lines = [line for line in order.lines if line.stock_open]
        for line in lines:
            self.moved(order, "receipt", line, line.stock_open, day)

    @step(which=WHICH, quantity=st.integers(1, 3), day=DAYS)
    def send_back(self, which: int, quantity: int, day: date) -> None:
        order = self.one_of(self.orders, which)
        line = self.one_of([line for line in order.lines if line.stock_kept], which)
        self.moved(order, "return", line, quantity, day)

    def moved(self, order: Order, kind: str, line: OrderLine, quantity: object, day: date) -> None:
        """A posted receipt or return of one line."""
        lots = f"L{day:%d}" if line.product_id == self.lots and kind == "receipt" else ""
        some = {"order_line_id": line.id, "quantity": D(str(quantity)), "lots": lots}
        values = {"order_id": order.id, "kind": kind, "date": day, "lines": [some]}
        post_receipt(self.session, create_receipt(self.session, values))

    @step(which=WHICH, day=DAYS)
    def bill(self, which: int, day: date) -> None:
        self.bills.append(self.buyer.bill(self.one_of(self.orders, which), date=day))

    @step(which=WHICH, quantity=FEW, cents=CENTS, day=DAYS)
    def bill_otherwise(self, which: int, quantity: int, cents: int, day: date) -> None:
        """At another price, and for what came or not."""
        order = self.one_of(self.orders, which)
        line = {
            "order_line_id": self.one_of(order.lines, quantity).id,
            "quantity": D(1 + quantity // 3),
            "price": D(cents) / 100,
        }
        self.bills.append(self.buyer.bill(order, lines=[line], date=day))

    @step(which=WHICH, day=DAYS)
    def debit(self, which: int, day: date) -> None:
        """What went back of a bill, or all of it where nothing did."""
        bill = self.one_of(self.billed, which)
        values = {"currency": bill.currency, "contact_id": self.mill, "date": day}
        note = self.buyer.bill(kind="debit_note", corrects_id=bill.id, **values)
        self.bills.append(note)

    @step(which=WHICH, cents=CENTS, day=DAYS)
    def debit_price(self, which: int, cents: int, day: date) -> None:
        """The supplier lowers a price afterwards."""
        bill = self.one_of(self.billed, which)
        line = self.one_of([line for line in bill.lines if line.order_line_id], cents)
        lower = {"order_line_id": line.order_line_id, "quantity": line.quantity,
                 "price": min(line.price, D(cents) / 100), "price_only": True}  # fmt: skip
        values = {"currency": bill.currency, "contact_id": self.mill, "date": day}
        self.bills.append(
            self.buyer.bill(kind="debit_note", corrects_id=bill.id, lines=[lower], **values)
        )

    @step(which=WHICH, cents=CENTS, day=DAYS)
    def pay(self, which: int, cents: int, day: date) -> None:
        bill = self.one_of([one for one in self.billed if one.open], which)
        if bill.match == "no":
            release_bill(self.session, bill)
        part = min(bill.open, D(cents) / 50)
        self.paid.append(self.buyer.pay(bill, amount=str(part), date=day))

    @step(which=WHICH, cents=CENTS, day=DAYS)
    def pay_ahead(self, which: int, cents: int, day: date) -> None:
        order = self.one_of(self.orders, which)
        payment = self.buyer.pay(
            contact_id=self.mill,
            order_id=order.id,
            amounts=f"{cents / 100:.2f}",
            currency=order.currency,
            date=day,
        )
        self.paid.append(payment)

    @step(which=WHICH)
    def use_advance(self, which: int) -> None:
        apply_payment(self.session, self.one_of(self.paid, which))

    @step(which=WHICH)
    def set_off_bill(self, which: int) -> None:
        apply_to_oldest(self.session, self.one_of(self.bills, which))

    @step(which=WHICH)
    def take_back_paid(self, which: int) -> None:
        reverse_payment(self.session, self.one_of(self.paid, which), "Bounced")

    @step(which=WHICH, cents=CENTS, day=DAYS)
    def land(self, which: int, cents: int, day: date) -> None:
        came = [number for one in self.orders if (number := self.whole.receipt_of(one.id))]
        number = self.one_of(came, which)
        self.landed.append(self.whole.land(number, f"{cents / 100:.2f}", day))

    @step(which=WHICH)
    def undo_landed(self, which: int) -> None:
        undo_landed_cost(self.session, self.one_of(self.landed, which))

    def begin_buying(self) -> None:
        """Some of each product is there, billed in part."""
        for product in self.products:
            line = {"product_id": product, "quantity": D(9), "price": D(10)}
            order = self.bought(line, currency="SAR", day=FIRST)
            self.orders.append(order)
            self.moved(order, "receipt", order.lines[0], 9, FIRST)
        self.bills.append(self.buyer.bill(self.orders[0], date=FIRST))

    def finish(self, order: Order, day: date) -> None:
        """What is still open of an order comes, and what came is billed."""
        for line in order.lines:
            missing = max(line.stock_open, line.stock_billed - line.stock_kept)
            if missing > 0:
                self.moved(order, "receipt", line, missing, day)
        if any(line.stock_kept > line.stock_billed for line in order.lines):
            self.buyer.bill(order, date=day)
