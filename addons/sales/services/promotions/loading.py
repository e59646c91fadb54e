"""Promotions as they are kept, as rules for the decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from addons.catalog.api import company_currency, price_list_names
from addons.sales.models import Promotion, PromotionUse
from addons.sales.services.amounts import HUNDRED
from addons.sales.services.promotions.rules import Rule, Target, Tier
from core.api import cached_until_change

WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_EVERY_DAY: Final = tuple(range(1, 8))
_WHOLE: Final = (
    selectinload(Promotion.tiers),
    selectinload(Promotion.targets),
    selectinload(Promotion.parties),
)


def promotions_on(session: Session, day: date) -> Sequence[Promotion]:
    """The active promotions whose days include this one."""
    if not _any_promotion(session):
        return ()
    return session.scalars(
        select(Promotion)
        .where(
            Promotion.active,
            or_(Promotion.starts_on.is_(None), Promotion.starts_on <= day),
            or_(Promotion.ends_on.is_(None), Promotion.ends_on >= day),
        )
        .options(*_WHOLE)
        .order_by(Promotion.priority, Promotion.id)
    ).all()


@cached_until_change(Promotion)
def _any_promotion(session: Session) -> bool:
    return session.scalar(select(Promotion.id).where(Promotion.active).limit(1)) is not None


def rules_on(session: Session, day: date) -> list[Rule]:
    """The promotions that hold on a day, for whoever decides elsewhere: a till fetches them, and
    tells them apart from limits, which only the company knows."""
    return rules_of(session, promotions_on(session, day))


def rules_between(session: Session, first: date, last: date) -> list[Rule]:
    """The promotions that hold on any of these days: what a till needs that may be without a
    network for a while."""
    found = session.scalars(
        select(Promotion)
        .where(
            Promotion.active,
            or_(Promotion.starts_on.is_(None), Promotion.starts_on <= last),
            or_(Promotion.ends_on.is_(None), Promotion.ends_on >= first),
        )
        .options(*_WHOLE)
        .order_by(Promotion.priority, Promotion.id)
    ).all()
    return rules_of(session, found)


def rules_of(session: Session, promotions: Sequence[Promotion]) -> list[Rule]:
    """These promotions as rules."""
    lists = {
        party.price_list_id
        for promotion in promotions
        for party in promotion.parties
        if party.price_list_id is not None
    }
    names = price_list_names(session, lists)
    return [_rule(session, promotion, names) for promotion in promotions]


def _rule(session: Session, promotion: Promotion, names: Mapping[int, str]) -> Rule:
    days = tuple(place for place, name in enumerate(WEEKDAYS, start=1) if getattr(promotion, name))
    parties = promotion.parties
    return Rule(
        id=promotion.id,
        name=promotion.name,
        kind=promotion.kind,  # type: ignore[arg-type]
        tiers=_tiers(promotion),
        targets=_targets(promotion),
        priority=promotion.priority,
        stacking=promotion.stacking,  # type: ignore[arg-type]
        currency=_currency(session, promotion),
        starts_on=promotion.starts_on,
        ends_on=promotion.ends_on,
        weekdays=() if days == _EVERY_DAY else days,
        from_time=promotion.from_time,
        until_time=promotion.until_time,
        contacts=tuple(one.contact_id for one in parties if one.contact_id is not None),
        groups=tuple(one.group_id for one in parties if one.group_id is not None),
        price_lists=tuple(
            names[one.price_list_id] for one in parties if one.price_list_id is not None
        ),
        needs_coupon=promotion.needs_coupon,
        repeats=promotion.repeats,
        max_times=promotion.max_times,
        max_discount=promotion.max_discount,
        skips_discounted=promotion.skips_discounted,
    )


def _tiers(promotion: Promotion) -> tuple[Tier, ...]:
    return tuple(
        Tier(
            tier.min_quantity,
            tier.min_amount,
            tier.percent or HUNDRED,
            tier.amount,
            tier.get_quantity,
            tier.product_id,
        )
        for tier in promotion.tiers
    )


def _targets(promotion: Promotion) -> tuple[Target, ...]:
    return tuple(
        Target(
            target.use,  # type: ignore[arg-type]
            target.product_id,
            target.category_id,
            target.brand_id,
            target.quantity,
        )
        for target in promotion.targets
    )


def _currency(session: Session, promotion: Promotion) -> str:
    """The currency that a document must have: none in particular where no amount is named."""
    if promotion.currency:
        return promotion.currency
    names_amounts = (
        promotion.kind in ("amount", "bundle")
        or promotion.max_discount is not None
        or any(tier.min_amount for tier in promotion.tiers)
    )
    return company_currency(session) if names_amounts else ""


def used_up(
    session: Session, promotions: Collection[Promotion], contact_id: int | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which of these were used as often as they may be, in all and by this customer."""
    limited = {
        one.id: one
        for one in promotions
        if one.max_uses is not None or one.max_uses_per_customer is not None
    }
    if not limited:
        return (), ()
    own = func.count().filter(PromotionUse.contact_id == contact_id)
    rows = session.execute(
        select(PromotionUse.promotion_id, func.count(), own)
        .where(PromotionUse.promotion_id.in_(limited), ~PromotionUse.given_back)
        .group_by(PromotionUse.promotion_id)
        .order_by(PromotionUse.promotion_id)
    ).all()
    return (
        tuple(key for key, all_uses, _ in rows if _full(limited[key].max_uses, all_uses)),
        tuple(key for key, _, uses in rows if _full(limited[key].max_uses_per_customer, uses)),
    )


def _full(most: int | None, uses: int) -> bool:
    return most is not None and uses >= most
