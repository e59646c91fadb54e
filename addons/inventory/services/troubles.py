"""What somebody in the store should see to: goods that have expired."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.inventory.services.overview import expiring
from core.api import Trouble, phrase, today


def expired_goods(session: Session) -> list[Trouble]:
    """Lots in stock whose day has passed: nobody is sent any of them."""
    now = today(session)
    gone = [one for one in expiring(session, 100) if one.expires_on < now]
    if not gone:
        return []
    return [
        Trouble(
            "inventory.expired",
            phrase("Goods in stock have expired"),
            phrase(
                "Lots that have expired: {lots}. They are not reserved any more; scrap them, or"
                " return them.",
                lots=", ".join(one.name for one in gone[:10]),
            ),
            severity="warning",
            url="/inventory/overview",
        )
    ]
