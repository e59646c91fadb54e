"""Packages of a sample company: a pallet in stock, boxes to pack with, and a carrier."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from addons.inventory.models import Carrier, PackageType
from addons.inventory.services.packages.standing import create_package
from core.api import phrase


def fill_packages(session: Session, product_id: int, location_id: int) -> None:
    """A pallet with goods of a product that lie loose in a place. Its measures and its load are
    those of an EPAL 1 Euro pallet: 1200 by 800 by 144 mm, about 25 kg, which carries 1500 kg."""
    pallet = PackageType(
        name=phrase("Euro pallet"),
        kind="pallet",
        length=Decimal(120),
        width=Decimal(80),
        height=Decimal("14.4"),
        tare=Decimal(25),
        max_weight=Decimal(1525),
    )
    box = PackageType(
        name=phrase("Carton"),
        length=Decimal(40),
        width=Decimal(30),
        height=Decimal(30),
        tare=Decimal("0.4"),
        max_weight=Decimal(20),
    )
    session.add_all([pallet, box, Carrier(name=phrase("Own driver"))])
    session.flush()
    goods = {"product_id": product_id, "quantity": Decimal(40)}
    create_package(session, {"location_id": location_id, "type_id": pallet.id, "items": (goods,)})
