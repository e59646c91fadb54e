"""Goods that lie elsewhere than with their owner, for a sample company: a supplier's in the
warehouse, and the company's with a customer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.contacts.api import find_contact
from addons.inventory.models import Transfer
from addons.inventory.services.places import create_location, create_warehouse
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import create_transfer
from addons.inventory.services.transfers.places import places_of
from core.api import phrase

_SHARE: Final = Decimal("0.6")
_CENT: Final = Decimal("0.01")


def fill_consigned(session: Session, goods: Sequence[Product]) -> None:
    """A supplier left goods on a shelf, of which some were used; and a customer has some of ours.
    Who of the two is not known is left out."""
    supplier = find_contact(session, name="Eastern Supplies")
    customer = find_contact(session, name="Cedar House")
    if supplier is not None:
        _left_here(session, goods[-1], supplier.id, supplier.name)
    if customer is not None:
        _left_there(session, goods[0], customer.id, customer.name)


def _left_here(session: Session, product: Product, owner_id: int, owner: str) -> None:
    stock = places_of(session, None).inside["stock"]
    shelf = create_location(
        session, {"name": owner, "parent_id": stock, "kind": "consigned", "contact_id": owner_id}
    )
    price = max((product.sale_price * _SHARE).quantize(_CENT), Decimal(1))
    line = {"product_id": product.id, "quantity": Decimal(40), "unit_price": price}
    came = {"kind": "receipt", "to_location_id": shelf.id, "contact_id": owner_id}
    _done(session, {**came, "lines": (line,)})
    used = {"product_id": product.id, "quantity": Decimal(12)}
    _done(session, {"kind": "delivery", "from_location_id": shelf.id, "lines": (used,)})


def _left_there(session: Session, product: Product, customer_id: int, customer: str) -> None:
    house = create_warehouse(
        session,
        {
            "code": "CONS",
            "name": phrase("Our goods with {customer}", customer=customer),
            "contact_id": customer_id,
        },
    )
    goal = places_of(session, house.id).inside["stock"]
    line = {"product_id": product.id, "quantity": Decimal(15)}
    sent = create_transfer(session, {"to_location_id": goal, "lines": (line,)})
    confirm(session, sent.id)
    do_transfer(session, sent.id)
    arriving = select(Transfer.id).where(Transfer.to_location_id == goal)
    do_transfer(session, session.scalars(arriving).one())


def _done(session: Session, values: dict[str, object]) -> None:
    transfer = create_transfer(session, values)
    confirm(session, transfer.id)
    do_transfer(session, transfer.id)
