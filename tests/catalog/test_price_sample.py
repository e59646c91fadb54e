"""The sample company has prices to look at: wholesale customers pay less, and a basket is sold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import PriceQuestion, bundle_parts, find_product, price_for
from addons.catalog.models import PriceList
from addons.catalog.services.prices.sample import fill_prices
from addons.catalog.services.sample import fill
from addons.contacts.api import find_contact
from addons.contacts.services.sample import fill as fill_contacts


def test_the_sample_has_a_list_for_wholesale_and_a_bundle(session: Session) -> None:
    fill_contacts(session)
    fill(session)
    fill_prices(session)
    rice, basket = find_product(session, "RICE-5"), find_product(session, "BASKET")
    noor = find_contact(session, name="Al Noor Trading")
    assert rice is not None
    assert basket is not None
    assert noor is not None
    currency = session.scalars(select(PriceList.currency)).one()
    day = date(2026, 3, 1)
    few, many = (
        price_for(session, PriceQuestion(rice.id, noor.id, Decimal(count), None, day, currency))
        for count in (1, 40)
    )
    assert (few.price, few.discount_percent) == (rice.sale_price, 8)
    assert many.price == Decimal("37.50")
    assert len(bundle_parts(session, basket.id, Decimal(1))) == 2
    whole = price_for(session, PriceQuestion(basket.id, None, Decimal(1), None, day, currency))
    assert 0 < whole.price < rice.sale_price + 36
