"""A small store for a sample company: what came, what went, what is counted and what runs low."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from string import ascii_lowercase
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import Product, search_products
from addons.contacts.api import find_contact
from addons.inventory.models import StockCount
from addons.inventory.services.counts.counting import count_line, start
from addons.inventory.services.counts.plans import create_count, create_plan
from addons.inventory.services.counts.posting import submit
from addons.inventory.services.places import create_location, create_warehouse
from addons.inventory.services.reorder.rules import create_rule
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.days import today
from addons.inventory.services.transfers.drafts import create_transfer
from addons.inventory.services.transfers.places import places_of
from core.api import phrase

_GOODS: Final = 6


def fill_operations(session: Session) -> None:
    """Bins, a van, receipts and deliveries of the last weeks, a count, and reorder rules; nothing
    where the catalog has no goods that are simply kept."""
    goods = _some_goods(session)
    if not goods:
        return
    now, places = today(session), places_of(session, None)
    stock = places.inside["stock"]
    shelf = create_location(session, {"parent_id": stock, "name": "A-01", "barcode": "BIN-A-01"})
    van = create_warehouse(session, {"code": "VAN", "name": phrase("Delivery van")})
    _receive(session, goods, now)
    _rules(session, goods, places.warehouse_id)
    _deliver(session, goods[:4], now)
    moved = {"product_id": goods[0].id, "quantity": Decimal(6)}
    to_shelf = create_transfer(session, {"to_location_id": shelf.id, "lines": (moved,)})
    confirm(session, to_shelf.id)
    do_transfer(session, to_shelf.id)
    to_van = create_transfer(
        session, {"to_location_id": places_of(session, van.id).inside["stock"], "lines": (moved,)}
    )
    confirm(session, to_van.id)
    _count(session, shelf.id)
    create_plan(session, {"name": phrase("Shelf A"), "location_id": shelf.id, "every_days": 14})


def _receive(session: Session, goods: Sequence[Product], now: date) -> None:
    supplier = find_contact(session, name="Eastern Supplies")
    for place, product in enumerate(goods):
        came = {"product_id": product.id, "quantity": Decimal(40 + 10 * place)}
        receipt = create_transfer(
            session,
            {
                "kind": "receipt",
                "contact_id": supplier.id if supplier else None,
                "lines": ({**came, "unit_price": max(product.sale_price / 2, Decimal(1))},),
            },
        )
        confirm(session, receipt.id)
        do_transfer(session, receipt.id, day=now - timedelta(days=21 - place))


def _rules(session: Session, goods: Sequence[Product], warehouse_id: int) -> None:
    for place, product in enumerate(goods):
        create_rule(
            session,
            {
                "product_id": product.id,
                "warehouse_id": warehouse_id,
                "minimum": Decimal(20 + 15 * place),
                "maximum": Decimal(60 + 15 * place),
                "multiple": Decimal(5),
                "lead_days": 7,
            },
        )


def _deliver(session: Session, goods: Sequence[Product], now: date) -> None:
    customer = find_contact(session, name="Al Noor Trading")
    for place, product in enumerate(goods):
        delivery = create_transfer(
            session,
            {
                "kind": "delivery",
                "day": now + timedelta(days=place - 2),
                "contact_id": customer.id if customer else None,
                "lines": ({"product_id": product.id, "quantity": Decimal(12)},),
            },
        )
        confirm(session, delivery.id)
        if place < 2:
            do_transfer(session, delivery.id, day=now - timedelta(days=3 - place))


def _some_goods(session: Session) -> list[Product]:
    """A few goods of the catalog of which neither lots nor pieces are told apart."""
    found: dict[int, Product] = {}
    for initial in ascii_lowercase:
        for one in search_products(session, initial, 10):
            if one.kind == "goods" and one.tracking == "none" and len(found) < _GOODS:
                found[one.id] = one
    return list(found.values())


def _count(session: Session, location_id: int) -> None:
    count: StockCount = create_count(session, {"location_id": location_id, "blind": True})
    start(session, count)
    for line in count.lines:
        count_line(session, count, line.id, Decimal(5))
    submit(session, count)
