"""Customers, goods and orders of the sample shop, which has a kind of each column and display."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.models import User
from pictures.companies.company import Company
from pictures.filling.clock import days_ago
from tests.fake_addons.showcase.shop import services
from tests.fake_addons.showcase.shop.models import Customer, Order, Product, Status

PICTURED: Final = "SO-1087"
"""The order that the pictures look at."""
_ORDERS: Final = 96
_FIRST_NUMBER: Final = 1001


def fill_shop(session: Session, company: Company) -> None:
    """Everything that the shop holds; the order of the pictures among it."""
    chance = random.Random(5)  # noqa: S311 - the same goods each time
    customers = [
        Customer(
            name=name,
            city=city,
            kind=kind,
            email=f"orders@customer-{number}.example",
            credit=Decimal(chance.choice((5_000, 10_000, 25_000, 40_000))),
            since=days_ago(400 + 90 * number),
            visits=chance.randint(2, 60),
        )
        for number, (name, city, kind) in enumerate(company.customers, start=1)
    ]
    products = [
        Product(code=code, name=name, price=Decimal(price))
        for code, name, price in company.products
    ]
    session.add_all([*customers, *products])
    session.flush()
    seller = _user(session, company.people.seller.login)
    last: Order | None = None
    for place in range(_ORDERS):
        order = _order(session, chance, place, customers, products)
        order.currency, order.seller_id = company.currency, seller
        if order.number == PICTURED:
            order.remark, order.follows_id = company.says.remark, last.id if last else None
        session.flush()
        last = order


def _order(
    session: Session,
    chance: random.Random,
    place: int,
    customers: list[Customer],
    products: list[Product],
) -> Order:
    chosen = chance.sample(products, chance.randint(2, 5))
    order = services.create_order(
        session,
        {
            "number": f"SO-{_FIRST_NUMBER + place}",
            "customer_id": chance.choice(customers).id,
            "date": days_ago((_ORDERS - 1 - place) * 3 // 2),
            "lines": [
                {
                    "product_id": product.id,
                    "quantity": Decimal(chance.choice((2, 5, 6, 10, 12, 20))),
                    "price": product.price,
                    "position": number,
                }
                for number, product in enumerate(chosen, start=1)
            ],
        },
    )
    if order.number != PICTURED:
        recent = place > _ORDERS - 14
        weights = (5, 4, 1) if recent else (0, 12, 1)
        order.status = chance.choices(list(Status), weights=weights)[0]
    return order


def pictured_order(session: Session) -> Order:
    """The order that the pictures look at."""
    return session.scalars(select(Order).where(Order.number == PICTURED)).one()


def _user(session: Session, login: str) -> int:
    return session.scalars(select(User.id).where(User.email.startswith(f"{login}@"))).one()
