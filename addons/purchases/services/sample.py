"""Purchases of the last months for a sample company: orders in every state, from a draft to one
that is paid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, first_products
from addons.contacts.api import add_contact, find_contact
from addons.purchases.models import Order
from addons.purchases.services.agreements.price_lists import create_price
from addons.purchases.services.bills.posting import post_bill
from addons.purchases.services.bills.writing import create_bill
from addons.purchases.services.orders.approving import confirm_order
from addons.purchases.services.orders.writing import create_order
from addons.purchases.services.payments.posting import post_payment
from addons.purchases.services.payments.writing import create_payment
from addons.purchases.services.quotations.writing import (
    create_quotation,
    send_quotation,
    write_answer,
)
from addons.purchases.services.receiving.documents import create_receipt
from addons.purchases.services.receiving.posting import post_receipt
from addons.purchases.services.requests.writing import create_request, submit_request
from core.api import today

_SUPPLIERS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "Eastern Supplies",
        "name_local": "الإمدادات الشرقية",
        "is_supplier": True,
        "country": "SA",
        "city": "Dammam",
        "email": "sales@easternsupplies.example",
    },
    {
        "name": "Padma Mills",
        "name_local": "পদ্মা মিলস",
        "is_supplier": True,
        "country": "BD",
        "city": "Narayanganj",
        "email": "export@padmamills.example",
    },
)
_GOODS: Final = 4
_LOOKED_AT: Final = 50
_STEPS: Final = ("paid", "paid", "billed", "received", "partial", "approved", "draft")
"""How far each order got, the oldest first."""


def fill(session: Session) -> None:
    """Prices of two suppliers, orders over the last months, a request for quotation with answers
    and a request that waits. Where the catalog has no goods, nothing is made."""
    goods = [
        one
        for one in first_products(session, _LOOKED_AT)
        if one.kind == "goods" and one.purchasable and one.sale_price and one.tracking == "none"
    ][:_GOODS]
    if not goods:
        return
    suppliers = [_supplier(session, values) for values in _SUPPLIERS]
    currency, products = company_currency(session), [one.id for one in goods]
    for place, supplier in enumerate(suppliers):
        for product in goods:
            price = max((product.sale_price * (60 + 3 * place) / 100).quantize(Decimal("0.01")), 1)
            create_price(
                session,
                {
                    "contact_id": supplier,
                    "product_id": product.id,
                    "price": price,
                    "currency": currency,
                    "lead_days": 5 + 4 * place,
                    "supplier_code": f"{'EP'[place]}-{product.sku}",
                    "direct": bool(place),
                },
            )
    _orders(session, suppliers, products)
    _asked(session, suppliers, products)


def _orders(session: Session, suppliers: list[int], products: list[int]) -> None:
    for place, step in enumerate(_STEPS):
        day = today(session) - timedelta(days=14 * (len(_STEPS) - place) - 7)
        order = create_order(
            session,
            {
                "contact_id": suppliers[place % 2],
                "date": day,
                "lines": [
                    {"product_id": one, "quantity": Decimal(10 + 5 * place), "price": None}
                    for one in products[place % 2 :: 2]
                ],
            },
        )
        _follow(session, order, step, day + timedelta(days=4 + place % 3))


def _follow(session: Session, order: Order, step: str, day: date) -> None:
    """Bring an order as far as its step says."""
    if step == "draft":
        return
    order = confirm_order(session, order)
    if step == "approved":
        return
    values: dict[str, Any] = {"order_id": order.id, "date": min(day, today(session))}
    if step == "partial":
        first = order.lines[0]
        values["lines"] = [{"order_line_id": first.id, "quantity": (first.quantity / 2) // 1 or 1}]
    post_receipt(session, create_receipt(session, values))
    if step not in ("billed", "paid"):
        return
    bill = post_bill(
        session,
        create_bill(
            session,
            {
                "order_id": order.id,
                "date": values["date"],
                "supplier_reference": f"{order.contact_id}-{1000 + order.id}",
            },
        ),
    )
    if step == "paid":
        lines = [{"bill_id": bill.id, "amount": bill.open}]
        paid = {"contact_id": bill.contact_id, "date": bill.date, "lines": lines}
        post_payment(session, create_payment(session, paid))


def _asked(session: Session, suppliers: list[int], products: list[int]) -> None:
    lines = [{"product_id": one, "quantity": Decimal(40)} for one in products]
    quotation = create_quotation(
        session,
        {"lines": lines, "offers": [{"contact_id": supplier} for supplier in suppliers]},
    )
    send_quotation(session, quotation)
    for place, offer in enumerate(quotation.offers):
        answers = [
            {"id": line.id, "price": Decimal(8 + (line.position * (2 + place)) % 5)}
            for line in offer.lines
        ]
        write_answer(session, offer, {"delivery_days": 5 + 4 * place, "lines": answers})
    submit_request(session, create_request(session, {"lines": lines[:2]}))


def _supplier(session: Session, values: dict[str, Any]) -> int:
    found = find_contact(session, name=values["name"])
    return add_contact(session, values).id if found is None else found.id
