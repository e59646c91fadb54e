"""What an order said before it was changed, kept for good and put beside what it says now."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from addons.sales.models import OrderVersion, SalesOrder
from core.api import actor

_LINE: Final = (
    "kind",
    "sku",
    "description",
    "quantity",
    "unit",
    "price",
    "discount_percent",
    "discount",
    "promotion_discount",
    "taxes",
    "net",
    "tax",
)
_HEAD: Final = ("contact_name", "reference", "terms", "note", "discount_percent", "discount")


def keep_version(session: Session, order: SalesOrder, why: str) -> None:
    """Keep what the order says now, and count its version up: it is about to change."""
    session.add(
        OrderVersion(
            order_id=order.id,
            quote_version=order.quote_version,
            state=order.state,
            day=order.day,
            net=order.net,
            tax=order.tax,
            total=order.total,
            currency=order.currency,
            why=why.strip(),
            changed_by=actor(session).name,
            content=content_of(order),
        )
    )
    order.quote_version += 1


def content_of(order: SalesOrder) -> dict[str, Any]:
    """What an order says, as texts."""
    return {
        **{name: str(getattr(order, name)) for name in _HEAD},
        "valid_until": "" if order.valid_until is None else order.valid_until.isoformat(),
        "lines": [
            {"id": line.id, **{name: str(getattr(line, name)) for name in _LINE}}
            for line in order.lines
        ],
    }
