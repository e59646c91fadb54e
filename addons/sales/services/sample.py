"""Some months of a small trading company's sales, for a sample company."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import Product, first_products
from addons.contacts.api import find_contact
from addons.sales.models import SalesOrder
from addons.sales.services.commissions.sample import fill_commissions
from addons.sales.services.confirming import confirm_order
from addons.sales.services.delivering import Wanted, deliver
from addons.sales.services.direct.sample import fill_direct
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.orders import create_order
from addons.sales.services.payments import pay_invoices
from addons.sales.services.posting import post_invoice
from addons.sales.services.promotions.sample import fill_promotions
from addons.sales.services.quoting import mark_sent
from addons.sales.services.recurring.sample import fill_contracts
from addons.sales.services.sample_values import fill_cards
from core.api import today

_CUSTOMERS: Final = ("Al Noor Trading", "Dhaka Textiles", "Cedar House", "Blue Harbour")
_WEEKS: Final = 16
_LOOKED_AT: Final = 50
_FORGOTTEN: Final = 12
"""The order that was not paid when it was due."""


def fill(session: Session) -> None:
    """An order a week, most of them delivered, invoiced and paid; and quotations of these days."""
    found = [find_contact(session, name=name) for name in _CUSTOMERS]
    customers = [one.id for one in found if one is not None]
    products = [
        one
        for one in first_products(session, _LOOKED_AT)
        if one.sellable and one.sale_price and one.tracking != "serial"
    ]
    if not customers or not products:
        return
    day = today(session)
    fill_promotions(session, products, day - timedelta(weeks=_WEEKS + 1))
    for week in range(_WEEKS, 0, -1):
        order = _order(
            session, customers[week % len(customers)], products, week, day - timedelta(weeks=week)
        )
        _carry_out(session, order, week)
    fill_cards(session, customers)
    for place, customer in enumerate(customers[:3]):
        draft = _order(session, customer, products, place, day)
        if place:
            mark_sent(session, draft)
    fill_direct(session, customers[0], products, day)
    fill_contracts(session, customers, day)
    fill_commissions(session, day)


def _order(
    session: Session, contact_id: int, products: list[Product], turn: int, day: date
) -> SalesOrder:
    chosen = [products[(turn + step) % len(products)] for step in range(min(3, len(products)))]
    lines = [
        {"product_id": product.id, "quantity": Decimal(5 + 3 * ((turn + step) % 5))}
        for step, product in enumerate({one.id: one for one in chosen}.values())
    ]
    return create_order(
        session,
        {
            "contact_id": contact_id,
            "day": day,
            "valid_until": today(session) + timedelta(days=30),
            "lines": lines,
        },
    )


def _carry_out(session: Session, order: SalesOrder, week: int) -> None:
    """Older orders went all the way; of the newest some goods, or the money, are still missing."""
    order = confirm_order(session, order)
    goods = [line for line in order.lines if line.is_goods]
    later = order.day + timedelta(days=2)
    if goods:
        some = {goods[0].id: Wanted(goods[0].quantity)} if week < 3 else None
        deliver(session, order, some, day=later)
    if week < 2:
        return
    invoice = invoice_orders(session, [order.id])
    invoice.day = later
    post_invoice(session, invoice)
    if week > 5 and week != _FORGOTTEN:
        pay_invoices(session, [invoice.id], day=later + timedelta(days=20))
    elif week == 5:
        pay_invoices(session, [invoice.id], amount=invoice.total / 2, day=later)
