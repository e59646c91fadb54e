"""What a scanner read: which product, and what else the code says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.models import Barcode, Packaging, Product
from addons.catalog.services.codes import plain_code


@dataclass(frozen=True, slots=True)
class Scanned:
    """A product, and how much of it in its stock unit: one, a packaging's content, a weight. What
    the code did not say is None."""

    product_id: int
    quantity: Decimal
    lot: str | None = None
    expires_on: date | None = None
    price: Decimal | None = None


def scan(session: Session, code: str) -> Scanned | None:
    """What a code means; None where no product has it."""
    plain = plain_code(code)
    row = session.execute(
        select(Barcode.product_id, func.coalesce(Packaging.quantity, 1))
        .outerjoin(Packaging, Packaging.id == Barcode.packaging_id)
        .where(Barcode.code == plain)
    ).first()
    if row is not None:
        return Scanned(row[0], row[1])
    product_id = session.scalar(select(Product.id).where(Product.sku == code.strip()))
    return None if product_id is None else Scanned(product_id, Decimal(1))
