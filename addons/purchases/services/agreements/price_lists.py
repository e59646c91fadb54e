"""Suppliers' prices: written, checked against each other, and followed by merged contacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.models import SupplierPrice
from addons.purchases.services.line_editing import require_percent, require_price
from addons.purchases.services.product_lines import measured, products_of
from addons.purchases.services.rates import require_currency
from addons.purchases.services.suppliers import require_supplier
from core.api import Conflict, InvalidInput, phrase

_FIELDS: Final = (
    "contact_id",
    "product_id",
    "supplier_code",
    "supplier_title",
    "unit_id",
    "min_quantity",
    "packaging",
    "price",
    "discount_percent",
    "currency",
    "lead_days",
    "valid_from",
    "valid_until",
    "preference",
    "direct",
)
_ZERO: Final = Decimal(0)


def create_price(session: Session, values: Mapping[str, Any]) -> SupplierPrice:
    """A price of a supplier. Raises InvalidInput that names the field, and Conflict for a second
    price of the same quantity and currency on the same days."""
    return _filled(session, SupplierPrice(), values)


def update_price(
    session: Session, price: SupplierPrice, values: Mapping[str, Any]
) -> SupplierPrice:
    """Change a price; errors as in `create_price`."""
    return _filled(session, price, values)


def _filled(session: Session, price: SupplierPrice, values: Mapping[str, Any]) -> SupplierPrice:
    with session.no_autoflush:
        for name in _FIELDS:
            if name in values:
                setattr(price, name, values[name])
        price.contact_name = require_supplier(session, price.contact_id).name
        products = products_of(session, [{"product_id": price.product_id}])
        if price.product_id not in products:
            raise InvalidInput.of("product_id", phrase("Choose a product."))
        product = products[price.product_id]
        price.unit_id = price.unit_id or product.purchase_unit_id or product.unit_id
        price.currency = require_currency(price.currency or company_currency(session))
        _settle_defaults(price)
        _require_sound(price)
        asked = [(price.product_id, Decimal(1), price.unit_id)]
        price.factor = measured(session, asked, products)[0].factor
        _require_alone(session, price)
    session.add(price)
    session.flush()
    return price


def _settle_defaults(price: SupplierPrice) -> None:
    price.supplier_code, price.supplier_title = (
        price.supplier_code or "",
        price.supplier_title or "",
    )
    price.min_quantity = price.min_quantity or _ZERO
    price.discount_percent = price.discount_percent or _ZERO
    price.lead_days, price.preference = price.lead_days or 0, price.preference or 1
    price.direct = bool(price.direct)


def _require_sound(price: SupplierPrice) -> None:
    if price.price is None:
        raise InvalidInput.of("price", phrase("Say which price."))
    price.price = require_price(price.price, "price")
    require_percent(price.discount_percent, "discount_percent")
    if price.discount_percent == 100:
        raise InvalidInput.of("discount_percent", phrase("Then it would cost nothing."))
    if price.min_quantity < 0:
        raise InvalidInput.of("min_quantity", phrase("A quantity cannot be negative."))
    if price.packaging is not None and price.packaging <= 0:
        raise InvalidInput.of("packaging", phrase("A packaging holds more than nothing."))
    if not 0 <= price.lead_days <= 3650:
        raise InvalidInput.of("lead_days", phrase("Between 0 and 3650 days."))
    if price.valid_from and price.valid_until and price.valid_until < price.valid_from:
        raise InvalidInput.of("valid_until", phrase("The last day is before the first."))


def _require_alone(session: Session, price: SupplierPrice) -> None:
    """One price for a quantity on a day; the lock makes two who write the same take turns."""
    key = f"purchases.price:{price.contact_id}:{price.product_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    other = session.scalars(
        select(SupplierPrice)
        .where(
            SupplierPrice.contact_id == price.contact_id,
            SupplierPrice.product_id == price.product_id,
            SupplierPrice.unit_id == price.unit_id,
            SupplierPrice.currency == price.currency,
            SupplierPrice.min_quantity == price.min_quantity,
            SupplierPrice.id != (price.id or 0),
            _touches(SupplierPrice.valid_from, price.valid_until, before=True),
            _touches(SupplierPrice.valid_until, price.valid_from, before=False),
        )
        .limit(1)
    ).first()
    if other is not None:
        raise Conflict(
            phrase("There is a price for this quantity on some of these days: {price}.",
                   price=other.price),
            fix=phrase("End that one the day before, or change it."),
        )  # fmt: skip


def _touches(column: Any, day: date | None, *, before: bool) -> Any:
    if day is None:
        return True
    return or_(column.is_(None), column <= day if before else column >= day)
