"""Whether a promotion holds at all, and which lines it is about. No database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from addons.sales.services.promotions.rules import Basket, BasketLine, Outcome, Rule, Target


def misses(rule: Rule, basket: Basket) -> Outcome | None:
    """The first condition beside the lines that is not met, if there is one."""
    if rule.starts_on is not None and basket.day < rule.starts_on:
        return "period"
    if rule.ends_on is not None and basket.day > rule.ends_on:
        return "period"
    if rule.weekdays and basket.day.isoweekday() not in rule.weekdays:
        return "weekday"
    if rule.from_time is not None or rule.until_time is not None:
        if basket.clock is None:
            return "hour_unknown"
        if not _within(basket.clock, rule.from_time, rule.until_time):
            return "hour"
    if rule.currency and rule.currency != basket.currency:
        return "currency"
    if (rule.contacts or rule.groups) and not _is_for(rule, basket):
        return "customer"
    if rule.needs_coupon and all(one.promotion_id != rule.id for one in basket.coupons):
        return "coupon"
    if rule.id in basket.spent:
        return "spent"
    return "spent_by_customer" if rule.id in basket.spent_by_customer else None


def coupon_of(rule: Rule, basket: Basket) -> str:
    """The code that was shown for a promotion, or nothing."""
    return next((one.code for one in basket.coupons if one.promotion_id == rule.id), "")


def counted(rule: Rule, lines: Iterable[BasketLine]) -> list[BasketLine]:
    """The lines that count for a promotion. The product that is given is not what it is given
    for."""
    gifts = {tier.product_id for tier in rule.tiers} if rule.kind == "gift" else set()
    wanted = [target for target in rule.targets if target.use == "counts"]
    return [
        line
        for line in lines
        if _may(rule, line)
        and (line.product_id is None or line.product_id not in gifts)
        and (not wanted or any(matches(target, line) for target in wanted))
    ]


def given(rule: Rule, lines: Iterable[BasketLine]) -> list[BasketLine]:
    """The lines that a promotion makes cheaper."""
    wanted = [target for target in rule.targets if target.use == "gives"]
    if not wanted:
        return counted(rule, lines)
    return [
        line
        for line in lines
        if _may(rule, line) and any(matches(target, line) for target in wanted)
    ]


def matches(target: Target, line: BasketLine) -> bool:
    """Whether a line is of a product, category or brand."""
    if target.product_id is not None:
        return line.product_id == target.product_id
    if target.category_id is not None:
        return target.category_id in line.category_ids
    return target.brand_id is not None and line.brand_id == target.brand_id


def _may(rule: Rule, line: BasketLine) -> bool:
    if rule.skips_discounted and line.discounted:
        return False
    if rule.price_lists and line.price_list not in rule.price_lists:
        return False
    return not any(matches(one, line) for one in rule.targets if one.use == "except")


def _is_for(rule: Rule, basket: Basket) -> bool:
    return bool(set(basket.contacts) & set(rule.contacts) or set(basket.groups) & set(rule.groups))


def _within(clock: time, start: time | None, end: time | None) -> bool:
    """Whether an hour lies between two, the last not included; 22 to 2 goes over midnight."""
    if start is None or end is None:
        return (start is None or clock >= start) and (end is None or clock < end)
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end
