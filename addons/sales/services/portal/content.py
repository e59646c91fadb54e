"""What a quotation says to its customer, and the digest that names exactly this.

The page that is shown and the answer that is sent carry the digest: an answer to something else
than what holds now is not taken, and the evidence keeps what was seen.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from addons.sales.models import SalesOrder

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
    "net",
    "tax",
)
_HEAD: Final = (
    "number",
    "contact_name",
    "reference",
    "currency",
    "net",
    "tax",
    "total",
    "discount_percent",
    "discount",
    "terms",
    "note",
)


def shown_content(order: SalesOrder) -> dict[str, Any]:
    """What the customer sees of an order, as texts; nothing that is the company's own, such as
    costs and margins."""
    return {
        **{name: _text(getattr(order, name)) for name in _HEAD},
        "version": order.quote_version,
        "day": order.day.isoformat(),
        "valid_until": "" if order.valid_until is None else order.valid_until.isoformat(),
        "deliver_on": "" if order.deliver_on is None else order.deliver_on.isoformat(),
        "lines": [{name: _text(getattr(line, name)) for name in _LINE} for line in order.lines],
        "instalments": [
            {"percent": _text(one.percent), "days": one.days} for one in order.instalments
        ],
    }


def digest_of(content: dict[str, Any]) -> str:
    """The SHA-256 (FIPS 180-4) of a content, written as JSON with sorted keys."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _text(value: Any) -> str:
    # 5 and 5.00 are the same number, however the database wrote it.
    if hasattr(value, "normalize"):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
