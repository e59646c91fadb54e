"""The selling side of a random company: orders in two currencies that are changed, deliveries from
two warehouses, invoices of all, of a percentage and ahead, credit notes, returns, payments."""

from __future__ import annotations

from datetime import date
from typing import Final

from hypothesis import strategies as st

from addons.sales.models import Invoice
from addons.sales.services.advances import invoice_advance
from addons.sales.services.amending import amend
from addons.sales.services.applications import apply_credit
from addons.sales.services.crediting import credit_invoice, credit_return
from addons.sales.services.delivering import Wanted, deliver
from addons.sales.services.invoicing import Basis, invoice_orders
from addons.sales.services.payments import create_payment, pay_invoices, post_payment
from addons.sales.services.payments import reverse_payment as take_back_payment
from addons.sales.services.posting import post_invoice
from addons.sales.services.returning import create_return, receive_return
from tests.trade.life import CENTS, DAYS, FEW, FIRST, WHICH, D, Life, step

PERCENT: Final = st.integers(1, 100)


class Selling(Life):
    """What a salesperson does."""

    @property
    def asked(self) -> list[Invoice]:
        return [invoice for invoice in self.invoices if invoice.kind == "invoice"]

    @step(which=WHICH, quantity=FEW, cents=CENTS, foreign=st.booleans(), day=DAYS)
    def sell(self, which: int, quantity: int, cents: int, foreign: bool, day: date) -> None:
        lines = [
            {"product_id": product, "quantity": D(quantity), "price": D(cents) / 50,
             "discount_percent": D(cents % 40)}
            for product in self.products[which % 3 : 1 + which % 5]
        ]  # fmt: skip
        terms = {"currency": "EUR"} if foreign else {}
        if which % 4 == 0:
            terms["invoice_policy"] = "ordered"
        self.sales.append(self.shop.confirmed(lines, contact_id=self.guest, day=day, **terms))

    @step(which=WHICH, quantity=FEW, cents=CENTS)
    def change(self, which: int, quantity: int, cents: int) -> None:
        """Other quantities and prices of an order that binds."""
        order = self.one_of(self.sales, which)
        lines = [
            {"id": line.id, "product_id": line.product_id, "quantity": D(quantity),
             "price": line.price if line.invoiced else D(cents) / 50}
            for line in order.lines
        ]  # fmt: skip
        amend(self.session, order, {"lines": lines})

    @step(which=WHICH, quantity=FEW, day=DAYS)
    def deliver(self, which: int, quantity: int, day: date) -> None:
        order = self.one_of(self.sales, which)
        line = self.one_of(order.lines, quantity)
        deliver(self.session, order, {line.id: Wanted(D(quantity))}, day=day)

    @step(which=WHICH, day=DAYS)
    def deliver_all(self, which: int, day: date) -> None:
        deliver(self.session, self.one_of(self.sales, which), day=day)

    @step(which=WHICH, basis=st.sampled_from(("policy", "ordered")), day=DAYS)
    def invoice(self, which: int, basis: Basis, day: date) -> None:
        self.post(invoice_orders(self.session, [self.one_of(self.sales, which).id], basis), day)

    @step(which=WHICH, percent=PERCENT, day=DAYS)
    def invoice_part(self, which: int, percent: int, day: date) -> None:
        order = self.one_of(self.sales, which)
        self.post(invoice_orders(self.session, [order.id], "percent", percent=D(percent)), day)

    @step(which=WHICH, percent=PERCENT, day=DAYS)
    def invoice_ahead(self, which: int, percent: int, day: date) -> None:
        order = self.one_of(self.sales, which)
        self.post(invoice_advance(self.session, order, percent=D(percent)), day)

    def post(self, invoice: Invoice, day: date | None = None) -> None:
        """Post a draft on a day."""
        if day is not None:
            invoice.day = day
        self.invoices.append(post_invoice(self.session, invoice))

    @step(which=WHICH, percent=PERCENT, allowance=st.booleans(), day=DAYS)
    def credit(self, which: int, percent: int, allowance: bool, day: date) -> None:
        invoice = self.one_of(self.asked, which)
        basis = "allowance" if allowance else "cancellation"
        note = credit_invoice(self.session, invoice, basis, percent=D(percent), reason="Late")
        self.post(note, max(day, invoice.day) if percent % 2 else None)

    @step(which=WHICH, replace=st.booleans(), day=DAYS)
    def take_back(self, which: int, replace: bool, day: date) -> None:
        """A piece comes back, to be replaced or credited."""
        order = self.one_of(self.sales, which)
        line = self.one_of([one for one in order.lines if one.delivered > one.returned], which)
        some = {"order_line_id": line.id, "quantity": D(1)}
        values = {"order_id": order.id, "day": day, "replace": replace, "lines": [some]}
        back = receive_return(self.session, create_return(self.session, values))
        if not replace:
            for note in credit_return(self.session, back):
                self.post(note)

    @step(which=WHICH, cents=CENTS, day=DAYS)
    def be_paid(self, which: int, cents: int, day: date) -> None:
        invoice = self.one_of([one for one in self.asked if one.residual], which)
        amount = None if cents % 2 else D(cents) / 40
        self.payments.append(pay_invoices(self.session, [invoice.id], amount=amount, day=day))

    @step(which=WHICH, cents=CENTS, day=DAYS)
    def be_paid_ahead(self, which: int, cents: int, day: date) -> None:
        """An advance, money for an order, or money that is given back."""
        values = {"contact_id": self.guest, "amount": D(cents) / 100, "day": day}
        if cents % 3 == 0:
            values["kind"] = "refund"
        elif self.sales and cents % 3 == 1:
            values["order_id"] = self.one_of(self.sales, which).id
        self.payments.append(post_payment(self.session, create_payment(self.session, values)))

    @step(which=WHICH, cents=CENTS)
    def set_off(self, which: int, cents: int) -> None:
        """A credit note or what was paid ahead against an invoice, wholly or in part."""
        invoice = self.one_of(self.asked, which)
        notes = [one for one in self.invoices if one.kind == "credit_note"]
        amount = D(cents) / 100 if cents % 2 else None
        if notes and cents % 3:
            key = self.one_of(notes, which).id
            apply_credit(self.session, invoice.id, credit_note_id=key, amount=amount)
        else:
            key = self.one_of(self.payments, which).id
            apply_credit(self.session, invoice.id, payment_id=key, amount=amount)

    @step(which=WHICH)
    def bounce(self, which: int) -> None:
        take_back_payment(self.session, self.one_of(self.payments, which), "Bounced")

    def begin_selling(self) -> None:
        """A piece of each product is sold, delivered and invoiced."""
        lines = [{"product_id": product, "quantity": D(1)} for product in self.products]
        self.sales.append(self.shop.confirmed(lines, contact_id=self.guest, day=FIRST))
        deliver(self.session, self.sales[0], day=FIRST)
        self.post(invoice_orders(self.session, [self.sales[0].id]), FIRST)
