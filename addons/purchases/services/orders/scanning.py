"""Barcodes that become lines of an order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import scan


def scan_line(session: Session, code: str) -> Mapping[str, Any] | None:
    """The line that a scanned code means: its product, as much as the code says, or one."""
    found = scan(session, code)
    if found is None:
        return None
    return {"product_id": found.product_id, "quantity": found.quantity or Decimal(1)}
