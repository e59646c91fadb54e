"""Opening stock: goods that were there before, brought in at what they are worth."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.models import Location, Lot, OpeningStock
from addons.inventory.services.ledger.places import outside
from addons.inventory.services.ledger.posting import post_moves
from addons.inventory.services.ledger.values import MoveDraft, Source
from core.api import Conflict, InvalidInput, phrase

SOURCE: Final = "inventory.opening_stock"


def post_opening(session: Session, opening: OpeningStock) -> None:
    """Bring the goods in on their day. Raises InvalidInput where a lot is missing, or where there
    can be none, and what `post_moves` raises."""
    if opening.state != "draft":
        raise Conflict(phrase("This opening stock is posted already."))
    if session.get_one(Location, opening.location_id).kind == "consigned":
        raise InvalidInput.of(
            "location_id",
            phrase("What lies there is its owner's, and no stock of the company."),
            fix=phrase("Receive it from its owner, with his price."),
        )
    draft = MoveDraft(
        opening.product_id,
        outside(session, "opening"),
        opening.location_id,
        opening.quantity,
        lot_id=_lot(session, opening),
        price=opening.unit_cost,
        role="opening",
    )
    posted = post_moves(
        session,
        [draft],
        day=opening.day,
        number=opening.reference,
        reason=phrase("Opening stock"),
        source=Source(SOURCE, opening.id),
    )
    opening.move_id, opening.state = posted.moves[0].id, "posted"
    session.flush()


def _lot(session: Session, opening: OpeningStock) -> int | None:
    product = get_products(session, [opening.product_id])[opening.product_id]
    if product.tracking == "none":
        if opening.lot:
            raise InvalidInput.of("lot", phrase("{product} has no lots.", product=product.name))
        return None
    if not opening.lot:
        raise InvalidInput.of(
            "lot", phrase("{product} needs a lot or serial number.", product=product.name)
        )
    if product.tracking == "serial" and opening.quantity != 1:
        raise InvalidInput.of("quantity", phrase("A serial number is one piece."))
    found = session.scalar(select(Lot).where(Lot.product_id == product.id, Lot.name == opening.lot))
    if found is not None and product.tracking == "serial":
        raise Conflict(phrase("Serial number {lot} is there already.", lot=opening.lot))
    if found is None:
        found = Lot(product_id=product.id, name=opening.lot, expires_on=opening.expires_on)
        session.add(found)
        session.flush()
    return found.id
