"""Orders for the tests of lists: three customers, two currencies, three states, four months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, Status

COUNT = 72


def add_orders(kernel: Kernel, store: Tenant) -> dict[str, int]:
    """Make them; returns the customers' ids by name."""
    names = ("Cedar", "Amber", "Birch")
    with kernel.session(store) as session:
        customers = [
            Customer(name=name, city=city) for name, city in zip(names, _CITIES, strict=True)
        ]
        session.add_all(customers)
        session.flush()
        session.add_all(_order(number, customers[number % 3]) for number in range(COUNT))
    with kernel.session(store) as session:
        return {item.name: item.id for item in session.scalars(select(Customer))}


_CITIES = ("Amman", None, "")


def _order(number: int, customer: Customer) -> Order:
    return Order(
        number=f"SO-{number:03}",
        customer=customer,
        date=date(2026, 1 + number % 4, 1 + number % 28),
        status=(Status.DRAFT, Status.CONFIRMED, Status.CANCELLED)[number % 5 % 3],
        currency="SAR" if number % 2 else "BDT",
        total=Decimal(number) + Decimal("0.25"),
    )
