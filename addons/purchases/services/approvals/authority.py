"""How much somebody may approve: by limits of their own, of their roles, or in another's place.

As long as no limit was set at all, the right to approve is enough. Once there is one, whoever has
none may approve nothing by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.purchases.models import Order
from core.api import actor, today

_LIMITS: Final = text("""
WITH entitled AS (
  SELECT CAST(:me AS bigint) AS user_id, '' AS name, 0 AS place
  UNION ALL
  SELECT given.from_user_id, account.name, 1
    FROM purchases.delegation AS given
    JOIN core.user_account AS account ON account.id = given.from_user_id AND account.is_active
   WHERE given.to_user_id = :me AND given.revoked_at IS NULL
     AND CAST(:day AS date) BETWEEN given.start_on AND given.end_on
)
SELECT entitled.name, lim.amount
  FROM entitled
  JOIN purchases.approval_limit AS lim
    ON lim.user_id = entitled.user_id
    OR lim.role_id IN (SELECT held.role_id FROM core.user_role AS held
                        WHERE held.user_id = entitled.user_id
                          AND (held.expires_at IS NULL OR held.expires_at > now()))
 ORDER BY lim.amount IS NULL DESC, lim.amount DESC, entitled.place, entitled.name
 LIMIT 1
""")
_UNLIMITED_ROLES: Final = text("""
SELECT account.name
  FROM purchases.delegation AS given
  JOIN core.user_account AS account ON account.id = given.from_user_id AND account.is_active
  JOIN core.user_role AS held ON held.user_id = account.id
   AND (held.expires_at IS NULL OR held.expires_at > now())
  JOIN core.role AS role ON role.id = held.role_id AND role.unlimited
 WHERE given.to_user_id = :me AND given.revoked_at IS NULL
   AND CAST(:day AS date) BETWEEN given.start_on AND given.end_on
 ORDER BY account.name LIMIT 1
""")
_ANY: Final = text("SELECT EXISTS (SELECT 1 FROM purchases.approval_limit)")


@dataclass(frozen=True, slots=True)
class Authority:
    """Up to which amount somebody may approve (None is any), and in whose place."""

    limit: Decimal | None
    in_place_of: str = ""

    def covers(self, order: Order) -> bool:
        """Whether an order's total, in the company's currency, is within it."""
        return self.limit is None or order.company_total <= self.limit


def authority(session: Session) -> Authority:
    """How much whoever acts may approve today. Administrators, and the system, may approve
    anything. Of several limits the widest counts, one's own before another's."""
    who = actor(session)
    if who.unlimited or not session.scalar(_ANY):
        return Authority(None)
    asked = {"me": who.user_id, "day": today(session)}
    row = session.execute(_LIMITS, asked).first()
    own = Authority(Decimal(0)) if row is None else Authority(row[1], row[0])
    if own.limit is None:
        return own
    administrator = session.scalar(_UNLIMITED_ROLES, asked)
    return own if administrator is None else Authority(None, administrator)
