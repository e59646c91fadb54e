"""Lots and serial numbers as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.models import Lot, Move
from core.api import Conflict, InvalidInput, phrase


def create_lot(session: Session, values: Mapping[str, Any]) -> Lot:
    """A lot of a product of which lots are kept. Raises InvalidInput that names the field."""
    lot = Lot(product_id=values["product_id"])
    _fill(session, lot, values)
    session.add(lot)
    session.flush()
    return lot


def update_lot(session: Session, lot: Lot, values: Mapping[str, Any]) -> Lot:
    """Change a lot; one that has moved stays that of its product."""
    if values.get("product_id", lot.product_id) != lot.product_id:
        _require_unused(session, lot)
        lot.product_id = values["product_id"]
    _fill(session, lot, values)
    session.flush()
    return lot


def delete_lot(session: Session, lot: Lot) -> None:
    """Delete a lot that never moved."""
    _require_unused(session, lot)
    session.delete(lot)
    session.flush()


def _require_unused(session: Session, lot: Lot) -> None:
    if session.scalar(select(Move.id).where(Move.lot_id == lot.id).limit(1)) is not None:
        raise Conflict(
            phrase("Goods of {lot} have moved.", lot=lot.name),
            fix=phrase("Make it inactive instead."),
        )


def _fill(session: Session, lot: Lot, values: Mapping[str, Any]) -> None:
    for name in ("name", "made_on", "expires_on", "note", "active"):
        if name in values and (values[name] is not None or name.endswith("_on")):
            setattr(lot, name, values[name])
    if not (lot.name or "").strip():
        raise InvalidInput.of("name", phrase("Say what the lot or piece is called."))
    product = get_products(session, [lot.product_id]).get(lot.product_id)
    if product is None or product.tracking == "none":
        raise InvalidInput.of(
            "product_id",
            phrase("Choose a product of which lots or serial numbers are kept."),
        )
    if product.expires and lot.expires_on is None:
        raise InvalidInput.of("expires_on", phrase("Say when it expires."))
    if lot.made_on and lot.expires_on and lot.made_on > lot.expires_on:
        raise InvalidInput.of("expires_on", phrase("It expires after the day it was made."))
    with session.no_autoflush:
        same = select(Lot.id).where(Lot.product_id == lot.product_id, Lot.name == lot.name)
        if session.scalar(same) not in (None, lot.id):
            raise InvalidInput.of("name", phrase("{lot} is known already.", lot=lot.name))
