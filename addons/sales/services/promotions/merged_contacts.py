"""When contacts are merged: promotions, coupons and what was used of them go along."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from addons.sales.models import CouponBatch, PromotionParty, PromotionUse


def take_over_promotions(session: Session, kept_id: int, merged_id: int) -> None:
    """Give what was for a contact, or used by it, to the one that it became. What both used counts
    together from now on."""
    both = select(PromotionParty.promotion_id).where(PromotionParty.contact_id == kept_id)
    session.execute(
        delete(PromotionParty).where(
            PromotionParty.contact_id == merged_id, PromotionParty.promotion_id.in_(both)
        )
    )
    for model in (PromotionParty, CouponBatch, PromotionUse):
        session.execute(
            update(model).where(model.contact_id == merged_id).values(contact_id=kept_id)
        )
