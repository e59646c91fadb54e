"""Lines of a document as a basket for the decision: what of them is asked depends on what the
promotions go by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from addons.catalog.api import Traits, product_traits
from addons.contacts.api import affiliations
from addons.sales.models import InvoiceLine, OrderLine, Promotion
from addons.sales.services.amounts import EXACT, step_of
from addons.sales.services.promotions.loading import used_up
from addons.sales.services.promotions.rules import Basket, BasketLine, CouponShown, Rule
from addons.sales.services.working_out import amount_before_promotions
from core.api import binding, today, utc_now


@dataclass(frozen=True, slots=True)
class Sold:
    """Of a document: the lines that are sold, for whom, when, in which currency, with which
    coupons."""

    lines: Sequence[OrderLine | InvoiceLine]
    contact_id: int | None
    day: date
    currency: str
    coupons: tuple[CouponShown, ...] = ()
    clock: time | None = None


def basket_of(
    session: Session, sold: Sold, rules: Collection[Rule], promotions: Collection[Promotion]
) -> Basket:
    """The basket; a line's key is its place among those that are sold."""
    traits = _traits(session, sold, rules)
    nobody_knows = Traits((), None)
    lines = []
    for place, line in enumerate(sold.lines):
        own = traits.get(line.product_id or 0, nobody_knows)
        lines.append(
            BasketLine(
                str(place),
                line.product_id,
                EXACT.multiply(line.quantity, line.factor),
                amount_before_promotions(line),
                own.category_ids,
                own.brand_id,
                line.price_why,
                bool(line.discount_percent or line.discount),
            )
        )
    spent, spent_by_customer = used_up(session, promotions, sold.contact_id)
    return Basket(
        tuple(lines),
        sold.currency,
        step_of(sold.currency),
        sold.day,
        sold.clock or clock_on(session, sold.day),
        *_whom(session, sold, rules),
        sold.coupons,
        spent,
        spent_by_customer,
    )


def clock_on(session: Session, day: date) -> time | None:
    """The hour where the company is, of a document of today; of another day nobody knows it."""
    if day != today(session):
        return None
    here = utc_now().astimezone(ZoneInfo(binding(session).tenant.timezone))
    return here.time().replace(second=0, microsecond=0)


def _traits(session: Session, sold: Sold, rules: Collection[Rule]) -> dict[int, Traits]:
    by_trait = any(target.product_id is None for rule in rules for target in rule.targets)
    if not by_trait:
        return {}
    wanted = {line.product_id for line in sold.lines if line.product_id is not None}
    return product_traits(session, wanted)


def _whom(
    session: Session, sold: Sold, rules: Collection[Rule]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The customer and the company where he works, and the groups of either, if anybody asks."""
    if sold.contact_id is None or not any(rule.contacts or rule.groups for rule in rules):
        return (), ()
    found = affiliations(session, [sold.contact_id]).get(sold.contact_id)
    if found is None:
        return (), ()
    contacts = (found.contact_id, found.company_id)
    return tuple(one for one in contacts if one is not None), found.group_ids
