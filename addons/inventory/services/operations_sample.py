"""A small store for a sample company: what is there, moves, is counted and runs low."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import Product, first_products
from addons.contacts.api import find_contact
from addons.inventory.models import OpeningStock, StockCount
from addons.inventory.services.consigned_sample import fill_consigned
from addons.inventory.services.counts.counting import count_line, start
from addons.inventory.services.counts.plans import create_count, create_plan
from addons.inventory.services.counts.posting import submit
from addons.inventory.services.packages.sample import fill_packages
from addons.inventory.services.places import create_location, create_warehouse
from addons.inventory.services.reorder.rules import create_rule
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import create_transfer
from addons.inventory.services.transfers.places import places_of
from addons.inventory.services.valuation.opening import post_opening
from core.api import phrase, today

_GOODS: Final = 6
_LOOKED_AT: Final = 50
_BEFORE: Final = timedelta(days=200)
_COST: Final = Decimal("0.55")
_REFERENCE: Final = "OPENING"
_LOTS: Final = {
    "none": (("", Decimal(400), 0),),
    "lot": (("A", Decimal(180), 25), ("B", Decimal(220), 160)),
    "serial": tuple((f"SN{piece}", Decimal(1), 0) for piece in range(1, 6)),
}
"""Of each way of tracking: the beginning of a lot's name, how much, and for how many days from
today it is good."""


def fill_operations(session: Session) -> None:
    """What was there when the year began, bins, a van, deliveries that wait, a pallet, a count,
    and reorder rules; nothing where the catalog has no goods."""
    goods = _some_goods(session)
    if not goods:
        return
    now, places = today(session), places_of(session, None)
    stock = places.inside["stock"]
    shelf = create_location(session, {"parent_id": stock, "name": "A-01", "barcode": "BIN-A-01"})
    van = create_warehouse(session, {"code": "VAN", "name": phrase("Delivery van")})
    _open(session, stock, now)
    _rules(session, goods, places.warehouse_id)
    _deliver(session, goods[:2], now)
    moved = {"product_id": goods[0].id, "quantity": Decimal(6)}
    to_shelf = create_transfer(session, {"to_location_id": shelf.id, "lines": (moved,)})
    confirm(session, to_shelf.id)
    do_transfer(session, to_shelf.id)
    to_van = create_transfer(
        session, {"to_location_id": places_of(session, van.id).inside["stock"], "lines": (moved,)}
    )
    confirm(session, to_van.id)
    fill_consigned(session, goods)
    fill_packages(session, goods[-1].id, stock)
    _count(session, shelf.id)
    create_plan(session, {"name": phrase("Shelf A"), "location_id": shelf.id, "every_days": 14})


def _open(session: Session, location_id: int, now: date) -> None:
    """Opening stock of everything that is kept: some of it in lots that expire, or by its serial
    numbers."""
    for place, product in enumerate(_all_goods(session)):
        cost = (product.sale_price * _COST).quantize(Decimal("0.01"))
        for lot, quantity, days in _LOTS[product.tracking]:
            opening = OpeningStock(
                day=now - _BEFORE,
                product_id=product.id,
                location_id=location_id,
                quantity=quantity,
                unit_cost=max(cost, Decimal(1)),
                lot=lot and f"{lot}{place:02}",
                expires_on=now + timedelta(days=days) if product.expires and days else None,
                reference=_REFERENCE,
            )
            session.add(opening)
            session.flush()
            post_opening(session, opening)


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
    """Two deliveries that nobody ordered in writing: one is late."""
    customer = find_contact(session, name="Al Noor Trading")
    for place, product in enumerate(goods):
        delivery = create_transfer(
            session,
            {
                "kind": "delivery",
                "day": now + timedelta(days=2 * place - 1),
                "contact_id": customer.id if customer else None,
                "lines": ({"product_id": product.id, "quantity": Decimal(12)},),
            },
        )
        confirm(session, delivery.id)


def _some_goods(session: Session) -> list[Product]:
    """A few goods of which neither lots nor pieces are told apart."""
    return [one for one in _all_goods(session) if one.tracking == "none"][:_GOODS]


def _all_goods(session: Session) -> list[Product]:
    found = first_products(session, _LOOKED_AT)
    return [one for one in found if one.kind == "goods" and one.sale_price]


def _count(session: Session, location_id: int) -> None:
    count: StockCount = create_count(session, {"location_id": location_id, "blind": True})
    start(session, count)
    for line in count.lines:
        count_line(session, count, line.id, Decimal(5))
    submit(session, count)
