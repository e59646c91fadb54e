"""Prices of a small trading company, for a sample company."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Category, KnownCost, Product
from addons.catalog.services.bundles import create_bundle
from addons.catalog.services.prices.list_keeping import create_list
from addons.catalog.services.prices.rule_keeping import create_rule
from addons.catalog.services.products import create_product
from addons.catalog.services.trading import company_currency
from addons.contacts.api import affiliations, find_contact


def fill_prices(session: Session) -> None:
    """A list for wholesale with a quantity price and a percentage off, a bundle, what delivery
    costs. Products that are not there are left out."""
    products = {one.sku: one for one in session.scalars(select(Product))}
    rice, tea = products.get("RICE-5"), products.get("TEA-100")
    if rice is None or tea is None:
        return
    wholesale = create_list(
        session,
        {
            "name": "Wholesale",
            "currency": company_currency(session),
            "shows_discount": True,
            "parties": tuple({"group_id": group} for group in _groups(session)),
        },
    )
    food = session.scalar(select(Category.id).where(Category.name == "Food"))
    rules = [
        {"method": "discount", "percent": Decimal(8), "category_id": food},
        {"product_id": rice.id, "min_quantity": Decimal(40), "amount": Decimal("37.50")},
    ]
    for rule in rules:
        create_rule(session, {"list_id": wholesale.id, **rule})
    basket = create_product(
        session, {"name": "Gift basket", "sku": "BASKET", "name_local": "سلة هدايا"}
    )
    parts = (
        {"product_id": rice.id, "quantity": Decimal(1)},
        {"product_id": tea.id, "quantity": Decimal(2)},
    )
    create_bundle(
        session,
        {"product_id": basket.id, "pricing": "parts", "percent": Decimal(5), "parts": parts},
    )
    if (delivery := products.get("DELIVERY")) is not None:
        session.add(KnownCost(product_id=delivery.id, cost=Decimal(18)))
    session.flush()


def _groups(session: Session) -> tuple[int, ...]:
    """The group of the sample's customers, where contacts have filled it."""
    customer = find_contact(session, name="Al Noor Trading")
    if customer is None:
        return ()
    return affiliations(session, [customer.id])[customer.id].group_ids
