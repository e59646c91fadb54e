"""How high a discount somebody may give: by right, by role, or what everybody may."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.sales.options import SalesOptions
from addons.sales.permissions import ANY_DISCOUNT
from addons.sales.services.amounts import HUNDRED
from core.api import Forbidden, actor, options, phrase

_BY_ROLE: Final = text("""
SELECT max(given.percent) FROM sales.discount_limit AS given
  JOIN core.user_role AS held ON held.role_id = given.role_id
 WHERE held.user_id = :user_id
   AND (held.expires_at IS NULL OR held.expires_at > now())
""")


def highest_discount(session: Session) -> Decimal:
    """The highest discount, in percent, that whoever acts may give."""
    who = actor(session)
    if who.may(ANY_DISCOUNT.code):
        return HUNDRED
    everybody = options(session, SalesOptions).discount_limit
    if who.user_id is None:
        return everybody
    by_role = session.scalar(_BY_ROLE, {"user_id": who.user_id})
    return everybody if by_role is None else max(everybody, by_role)


def require_discount(session: Session, given: Decimal, listed: Decimal = Decimal(0)) -> None:
    """Raise Forbidden for a discount, in percent, beyond what whoever acts may give. What a price
    list grants (`listed`) anybody may give."""
    if given <= listed or given <= 0:
        return
    highest = highest_discount(session)
    if given > max(highest, listed):
        raise Forbidden(
            phrase(
                "You may give a discount of {highest} % at the most, not of {given} %.",
                highest=f"{highest.normalize():f}",
                given=f"{given.quantize(Decimal('0.01')):f}",
            ),
            fix=phrase("Ask somebody who may give more, or lower the discount."),
        )
