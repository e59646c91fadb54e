"""Price rules in words, for errors and explanations: "RICE Basmati rice, ≥ 10"."""

from __future__ import annotations

from addons.catalog.models.prices import PriceRule
from core.api import phrase


def rule_title(rule: PriceRule) -> str:
    """What a rule is for, from which quantity and when."""
    target, details = target_name(rule), ", ".join(_details(rule))
    if not target:
        return phrase("All products, {details}", details=details) if details else _all()
    return f"{target}, {details}" if details else target


def target_name(rule: PriceRule) -> str:
    """The name of the product, template, category or brand that a rule is for; empty for all."""
    if rule.product is not None:
        return f"{rule.product.sku} {rule.product.name}"
    if rule.template is not None:
        return rule.template.name
    if rule.category is not None:
        return rule.category.full_name or rule.category.name
    return rule.brand.name if rule.brand is not None else ""


def _details(rule: PriceRule) -> list[str]:
    found = [rule.unit.name] if rule.unit is not None else []
    if rule.min_quantity:
        found.append(f"≥ {rule.min_quantity.normalize():f}")
    if rule.valid_from or rule.valid_until:
        start = rule.valid_from.isoformat() if rule.valid_from else "…"
        end = rule.valid_until.isoformat() if rule.valid_until else "…"
        found.append(f"{start} – {end}")
    return found


def _all() -> str:
    return phrase("All products")
