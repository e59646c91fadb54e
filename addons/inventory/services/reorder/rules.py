"""Reorder rules as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.inventory.models import ReorderRule
from addons.inventory.services.transfers.checking import require_goods, require_quantity
from core.api import InvalidInput, phrase

_FIELDS: Final = (
    "product_id",
    "warehouse_id",
    "minimum",
    "maximum",
    "multiple",
    "lead_days",
    "source",
    "from_warehouse_id",
    "automatic",
    "active",
)


def create_rule(session: Session, values: Mapping[str, Any]) -> ReorderRule:
    """A rule for a product in a warehouse. Raises InvalidInput that names the field."""
    rule = ReorderRule(
        minimum=Decimal(0), maximum=Decimal(0), multiple=Decimal(1), lead_days=0, source="buy"
    )
    _fill(session, rule, values)
    session.add(rule)
    session.flush()
    return rule


def update_rule(session: Session, rule: ReorderRule, values: Mapping[str, Any]) -> ReorderRule:
    """Change a rule."""
    _fill(session, rule, values)
    session.flush()
    return rule


def _fill(session: Session, rule: ReorderRule, values: Mapping[str, Any]) -> None:
    for name in _FIELDS:
        if name in values and (values[name] is not None or name == "from_warehouse_id"):
            setattr(rule, name, values[name])
    require_goods(session, {rule.product_id})
    for name in ("minimum", "maximum"):
        require_quantity(getattr(rule, name), name, zero=True)
    require_quantity(rule.multiple, "multiple")
    if rule.maximum < rule.minimum:
        raise InvalidInput.of("maximum", phrase("The maximum is not less than the minimum."))
    if not 0 <= rule.lead_days <= 3660:
        raise InvalidInput.of("lead_days", phrase("It takes 0 to 3660 days to come."))
    if rule.source == "buy":
        rule.from_warehouse_id = None
    elif rule.from_warehouse_id in (None, rule.warehouse_id):
        raise InvalidInput.of("from_warehouse_id", phrase("Choose another warehouse."))
    same = select(ReorderRule.id).where(
        ReorderRule.product_id == rule.product_id, ReorderRule.warehouse_id == rule.warehouse_id
    )
    with session.no_autoflush:
        if session.scalar(same) not in (None, rule.id):
            raise InvalidInput.of(
                "product_id", phrase("There is a rule of this product in this warehouse already.")
            )
