"""Price rules in words, for errors and explanations: "Basmati rice, ≥ 10"."""

from __future__ import annotations

from addons.catalog.models.prices import PriceRule
from core.api import Phrase, phrase


def rule_title(rule: PriceRule) -> Phrase:
    """What a rule is for, in words."""
    start = rule.valid_from.isoformat() if rule.valid_from else ""
    end = rule.valid_until.isoformat() if rule.valid_until else ""
    what = target_name(rule)
    if rule.unit is not None:
        what = f"{what}, {rule.unit.name}"
    if rule.min_quantity:
        what = f"{what}, ≥ {rule.min_quantity.normalize():f}"
    if start or end:
        what = f"{what}, {start or '…'} – {end or '…'}"
    return phrase("{rule}", rule=what)


def target_name(rule: PriceRule) -> str:
    """The name of the product, template, category or brand that a rule is for."""
    if rule.product is not None:
        return f"{rule.product.sku} {rule.product.name}"
    if rule.template is not None:
        return rule.template.name
    if rule.category is not None:
        return rule.category.full_name or rule.category.name
    if rule.brand is not None:
        return rule.brand.name
    return phrase("All products")
