"""What the shop puts on the start page, its first step, and what it fills a sample company with."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.api import (
    Amount,
    ChartCard,
    FigureCard,
    ListCard,
    OnboardingStep,
    Point,
    utc_now,
)
from tests.fake_addons.showcase.shop import permissions
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product, Status


def open_orders(session: Session) -> list[Amount]:
    """How much is ordered and not confirmed, by currency."""
    drafts = select(Order.currency, func.sum(Order.total)).where(Order.status == Status.DRAFT)
    rows = session.execute(drafts.group_by(Order.currency).order_by(Order.currency))
    return [Amount(total, currency, total * 2) for currency, total in rows]


def by_city(session: Session) -> list[Point]:
    """How many customers there are in each city."""
    counted = select(Customer.city, func.count()).group_by(Customer.city).order_by(Customer.city)
    return [Point(city or "Nowhere", count) for city, count in session.execute(counted)]


def is_stocked(session: Session) -> bool:
    """Whether anything is sold here."""
    return session.scalar(select(Product.id).limit(1)) is not None


def fill(session: Session) -> None:
    """A customer who has ordered."""
    product = Product(code="TEA", name="Tea", price=Decimal("12.50"))
    customer = Customer(name="Sample customer", city="Dhaka")
    session.add_all((product, customer))
    session.flush()
    line = OrderLine(product_id=product.id, quantity=Decimal(4), price=product.price)
    day = utc_now().date() - timedelta(days=3)
    order = Order(number="S-1", customer_id=customer.id, date=day, total=Decimal(50), lines=[line])
    session.add(order)


CARDS = (
    FigureCard(
        name="shop.open",
        title="Open orders",
        permission=permissions.READ_CUSTOMERS,
        figures=open_orders,
        good="less",
        reads=("shop.orders",),
        url="/shop/orders?status=draft",
    ),
    ChartCard(
        name="shop.cities",
        title="Customers by city",
        permission=permissions.READ_CUSTOMERS,
        points=by_city,
        kind="pie",
        reads=("shop.customers",),
        slow=True,
    ),
    ListCard(
        name="shop.latest",
        title="Latest orders",
        resource="shop.orders",
        where=(("status__ne", "cancelled"),),
        columns=("number", "customer.name", "total"),
        limit=3,
    ),
    ListCard(
        name="shop.products", title="Price list", resource="shop.products", shown=False, order=200
    ),
)

STEPS = (
    OnboardingStep(
        "shop.products",
        "Say what you sell",
        "Products can be ordered as soon as they are here.",
        "/shop/products",
        permissions.READ_PRODUCTS,
        is_stocked,
    ),
)
