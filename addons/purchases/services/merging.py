"""What changes hands when two suppliers turn out to be one."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import announce

_MOVES: Final = tuple(
    text(statement)
    for statement in (
        "UPDATE purchases.supplier_price AS mine SET contact_id = :kept, contact_name = :name"
        " WHERE mine.contact_id = :merged AND NOT EXISTS ("
        "SELECT 1 FROM purchases.supplier_price AS other WHERE other.contact_id = :kept"
        " AND other.product_id = mine.product_id AND other.currency = mine.currency"
        " AND other.min_quantity = mine.min_quantity)",
        "UPDATE purchases.agreement SET contact_id = :kept WHERE contact_id = :merged",
        "UPDATE purchases.order_template SET contact_id = :kept WHERE contact_id = :merged",
        "UPDATE purchases.request_line SET supplier_id = :kept WHERE supplier_id = :merged",
        'UPDATE purchases."order" SET for_contact_id = :kept WHERE for_contact_id = :merged',
        'UPDATE purchases."order" SET contact_id = :kept, contact_name = :name'
        " WHERE contact_id = :merged AND state IN ('draft', 'to_approve')",
        "UPDATE purchases.bill SET contact_id = :kept, contact_name = :name"
        " WHERE contact_id = :merged AND state = 'draft'",
        "UPDATE purchases.payment SET contact_id = :kept, contact_name = :name"
        " WHERE contact_id = :merged AND state = 'draft'",
    )
)


def take_over(session: Session, kept: int, merged: int, name: str) -> None:
    """Give prices, agreements, templates and drafts to the contact that is kept. A price that it
    has itself stays as it is; what is posted is led there by contacts."""
    session.flush()
    for statement in _MOVES:
        session.execute(statement, {"kept": kept, "merged": merged, "name": name})
    session.expire_all()
    for resource in ("prices", "agreements", "order-templates", "orders", "bills", "payments"):
        announce(session, f"purchases.{resource}")
