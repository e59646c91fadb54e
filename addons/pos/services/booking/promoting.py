"""What promotions gave on sales, told to whoever counts how often they are used."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from addons.pos.services.booking.settling import SettledSale
from addons.pos.services.booking.values import ZERO
from addons.sales.api import PromotedReceipt, use_at_tills


def use_promotions(session: Session, sales: Sequence[SettledSale]) -> None:
    """Note the promotions and coupons that these sales used, and flag those that used more than
    there was. What comes back gives none back: it was used."""
    promoted = [
        PromotedReceipt(
            number=sale.said.number,
            contact_id=sale.contact_id,
            day=sale.day,
            currency=sale.said.currency,
            given=_given(sale),
            coupons=sale.said.coupons,
        )
        for sale in sales
        if sale.said.coupons or any(line.said.promotions for line in sale.lines)
    ]
    odd = use_at_tills(session, promoted)
    for sale in sales:
        if sale.said.number in odd:
            sale.flag("coupon" if sale.said.coupons else "promotion")


def _given(sale: SettledSale) -> dict[int, Decimal]:
    """What each promotion gave. A till's word for it is only counted, so what makes no sense is
    nothing."""
    given: dict[int, Decimal] = {}
    for line in sale.lines:
        for one in () if line.said.back else line.said.promotions:
            key, amount = one.get("id"), _amount(one.get("amount"))
            if isinstance(key, int) and 0 < key < 2**63 and amount > 0:
                given[key] = given.get(key, ZERO) + amount
    return given


def _amount(value: object) -> Decimal:
    try:
        amount = Decimal(value) if isinstance(value, str) else ZERO
    except InvalidOperation:
        return ZERO
    return amount if amount.is_finite() and abs(amount) < Decimal("1e15") else ZERO
