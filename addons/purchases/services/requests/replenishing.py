"""What the stock wants becomes a purchase request: one for each warehouse and day, with a line for
each wish."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.purchases.models import PurchaseRequest, PurchaseRequestLine
from addons.purchases.services.numbering import next_number
from core.api import msg, today

STOCK: Final = "inventory"


def note_wish(
    session: Session,
    *,
    key: str,
    product_id: int,
    warehouse: str,
    quantity: Decimal,
    needed_on: date,
    reason: str,
) -> PurchaseRequest | None:
    """Add a wish to today's request of the stock for that warehouse, which waits for a decision;
    None where the wish was written down before."""
    day = today(session)
    lock = f"purchases.wish:{warehouse}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lock, 0))))
    known = select(PurchaseRequestLine.id).where(PurchaseRequestLine.wanted_key == key)
    product = get_products(session, [product_id]).get(product_id)
    if session.scalar(known) is not None or product is None:
        return None
    request = session.scalars(
        select(PurchaseRequest)
        .where(
            PurchaseRequest.source == STOCK,
            PurchaseRequest.warehouse == warehouse,
            PurchaseRequest.date == day,
            PurchaseRequest.state == "submitted",
        )
        .order_by(PurchaseRequest.id)
        .limit(1)
        .with_for_update(key_share=True)
    ).first()
    if request is None:
        request = _new(session, warehouse, day, reason)
    request.lines.append(
        PurchaseRequestLine(
            position=len(request.lines) + 1,
            product_id=product_id,
            label=product.name,
            quantity=quantity,
            unit_id=product.unit_id,
            stock_quantity=quantity,
            needed_on=needed_on,
            wanted_key=key,
        )
    )
    if request.needed_on is None or needed_on < request.needed_on:
        request.needed_on = needed_on
    session.flush()
    return request


def _new(session: Session, warehouse: str, day: date, reason: str) -> PurchaseRequest:
    request = PurchaseRequest(
        state="submitted",
        date=day,
        requested_by=msg("Stock"),
        warehouse=warehouse,
        source=STOCK,
        reason=reason,
        number=next_number(session, "request", day),
    )
    session.add(request)
    session.flush()
    return request
