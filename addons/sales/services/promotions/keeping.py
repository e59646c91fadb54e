"""Writing promotions: each kind needs what it gives, and nothing else is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import (
    CouponBatch,
    Promotion,
    PromotionGrant,
    PromotionParty,
    PromotionTarget,
    PromotionTier,
    PromotionUse,
)
from addons.sales.services.amounts import HUNDRED, ZERO
from addons.sales.services.promotions.loading import WEEKDAYS
from core.api import Conflict, InvalidInput, phrase

FIELDS: Final = (
    "name",
    "kind",
    "priority",
    "stacking",
    "active",
    "currency",
    "starts_on",
    "ends_on",
    *WEEKDAYS,
    "from_time",
    "until_time",
    "needs_coupon",
    "repeats",
    "max_times",
    "max_discount",
    "max_uses",
    "max_uses_per_customer",
    "skips_discounted",
    "note",
)
"""What a promotion says beside its tiers, its targets and its parties."""
_NULLABLE: Final = frozenset(
    {
        "currency",
        "starts_on",
        "ends_on",
        "from_time",
        "until_time",
        "max_times",
        "max_discount",
        "max_uses",
        "max_uses_per_customer",
    }
)
_TIER: Final[Mapping[str, Any]] = {
    "min_quantity": ZERO,
    "min_amount": ZERO,
    "percent": ZERO,
    "amount": ZERO,
    "get_quantity": ZERO,
    "product_id": None,
}
_TARGET: Final[Mapping[str, Any]] = {
    "use": "counts",
    "product_id": None,
    "category_id": None,
    "brand_id": None,
    "quantity": Decimal(1),
}
_PARTY: Final[Mapping[str, Any]] = {"contact_id": None, "group_id": None, "price_list_id": None}
_MOST: Final = Decimal("1e12")
Row = TypeVar("Row", PromotionTier, PromotionTarget, PromotionParty)


def create_promotion(session: Session, values: Mapping[str, Any]) -> Promotion:
    """A new promotion. Raises InvalidInput, naming the field, for one that could not give
    anything."""
    promotion = Promotion(
        kind="percent", priority=10, stacking="any", active=True, needs_coupon=False
    )
    promotion.repeats = promotion.skips_discounted = False
    promotion.note = ""
    for name in WEEKDAYS:
        setattr(promotion, name, True)
    _write(promotion, values)
    session.add(promotion)
    session.flush()
    return promotion


def update_promotion(
    session: Session, promotion: Promotion, values: Mapping[str, Any]
) -> Promotion:
    """Change a promotion: drafts follow when they are saved again, what was sent or is binding
    stays as it is."""
    _write(promotion, values)
    session.flush()
    return promotion


def delete_promotion(session: Session, promotion: Promotion) -> None:
    """Delete a promotion that gave nothing and has no coupons; raises Conflict for others."""
    for model in (PromotionGrant, PromotionUse, CouponBatch):
        known = select(model.id).where(model.promotion_id == promotion.id).limit(1)
        if session.scalar(known) is not None:
            raise Conflict(
                phrase("“{name}” was used, or has coupons.", name=promotion.name),
                fix=phrase("Make it inactive: it rests, and its story stays."),
            )
    session.delete(promotion)
    session.flush()


def _write(promotion: Promotion, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values and (values[name] is not None or name in _NULLABLE):
            setattr(promotion, name, values[name])
    promotion.name = (promotion.name or "").strip()
    if not promotion.name:
        raise InvalidInput.of("name", phrase("Give it a name: customers read it."))
    if promotion.currency is not None:
        promotion.currency = promotion.currency.strip().upper() or None
    _require_conditions(promotion)
    if "tiers" in values:
        promotion.tiers = _rows(PromotionTier, promotion.tiers, values["tiers"], _TIER)
    if "targets" in values:
        promotion.targets = _rows(PromotionTarget, promotion.targets, values["targets"], _TARGET)
    if "parties" in values:
        promotion.parties = _rows(PromotionParty, promotion.parties, values["parties"], _PARTY)
    _require_targets(promotion)
    _require_tiers(promotion)


def _rows(
    model: type[Row],
    known: Iterable[Row],
    sent: Iterable[Mapping[str, Any]],
    defaults: Mapping[str, Any],
) -> list[Row]:
    by_id = {row.id: row for row in known}
    found = []
    for place, values in enumerate(sent, start=1):
        row = by_id.get(values.get("id") or 0) or model(**defaults)
        if hasattr(row, "position"):
            row.position = values.get("position") or place  # type: ignore[union-attr]
        for name, default in defaults.items():
            if name in values:
                given = values[name]
                setattr(row, name, default if given is None else given)
        found.append(row)
    return found


def _require_conditions(promotion: Promotion) -> None:
    currency = promotion.currency
    if currency is not None and not (
        len(currency) == 3 and currency.isascii() and currency.isalpha()
    ):
        raise InvalidInput.of("currency", phrase("A currency has three letters, such as SAR."))
    starts, ends = promotion.starts_on, promotion.ends_on
    if starts is not None and ends is not None and ends < starts:
        raise InvalidInput.of("ends_on", phrase("It ends before it begins."))
    if not any(getattr(promotion, name) for name in WEEKDAYS):
        raise InvalidInput.of("monday", phrase("Choose a day of the week."))
    if promotion.from_time is not None and promotion.from_time == promotion.until_time:
        raise InvalidInput.of("until_time", phrase("It ends at the hour at which it begins."))
    for name in ("max_times", "max_discount", "max_uses", "max_uses_per_customer"):
        limit = getattr(promotion, name)
        if limit is not None and not 0 < limit < 2**31:
            raise InvalidInput.of(name, phrase("A limit is more than nothing."))
    if not 0 <= promotion.priority <= 10_000:
        raise InvalidInput.of("priority", phrase("A priority lies between 0 and 10,000."))


def _require_targets(promotion: Promotion) -> None:
    for place, target in enumerate(promotion.targets):
        named = [target.product_id, target.category_id, target.brand_id]
        if sum(one is not None for one in named) != 1:
            raise InvalidInput.of(
                f"targets.{place}.product_id",
                phrase("Choose a product, a category or a brand: one of them."),
            )
        _require_number(target.quantity, f"targets.{place}.quantity")
        if target.use == "gives" and promotion.kind in ("bundle", "gift"):
            raise InvalidInput.of(
                f"targets.{place}.use",
                phrase("Here nothing else gets cheaper: choose what is bought, or left out."),
            )
    for place, party in enumerate(promotion.parties):
        named = [party.contact_id, party.group_id, party.price_list_id]
        if sum(one is not None for one in named) != 1:
            raise InvalidInput.of(
                f"parties.{place}.contact_id",
                phrase("Choose a customer, a group or a price list: one of them."),
            )


def _require_tiers(promotion: Promotion) -> None:
    if not promotion.tiers:
        raise InvalidInput.of("tiers", phrase("Say what it gives: add a line."))
    for place, tier in enumerate(promotion.tiers):
        at = f"tiers.{place}"
        for name in ("min_quantity", "min_amount", "amount", "get_quantity"):
            number = getattr(tier, name)
            if not number.is_finite() or not 0 <= number < _MOST:
                raise InvalidInput.of(f"{at}.{name}", phrase("This is not possible."))
        if not tier.percent.is_finite() or not 0 <= tier.percent <= HUNDRED:
            raise InvalidInput.of(f"{at}.percent", phrase("A percentage lies between 0 and 100."))
        for name in _NEEDED[promotion.kind]:
            if not getattr(tier, name):
                raise InvalidInput.of(f"{at}.{name}", phrase("This kind needs it."))
    if promotion.kind == "bundle":
        _require_bundle(promotion)


_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "percent": ("percent",),
    "amount": ("amount",),
    "buy_get": ("min_quantity", "get_quantity"),
    "bundle": ("amount",),
    "gift": ("product_id", "get_quantity"),
}
"""What each kind gives, and so must say."""


def _require_bundle(promotion: Promotion) -> None:
    if len(promotion.tiers) > 1:
        raise InvalidInput.of("tiers.1.amount", phrase("A bundle has one price."))
    items = [target for target in promotion.targets if target.use == "counts"]
    if sum((item.quantity for item in items), ZERO) <= 1:
        raise InvalidInput.of("targets", phrase("Say what belongs to the bundle."))


def _require_number(number: Decimal, field: str) -> None:
    if not number.is_finite() or not 0 < number < _MOST:
        raise InvalidInput.of(field, phrase("The quantity must be more than nothing."))
