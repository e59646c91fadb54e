"""Loyalty as values for those who sell without a network: programmes, and points of customers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.sales.models import LoyaltyAccount, LoyaltyProgram
from core.api import utc_now


def offline_programs(session: Session, day: date) -> list[dict[str, Any]]:
    """The programmes that hold on a day or begin later, as JSON has them. `offline_points` is what
    a till may take without asking."""
    found = session.scalars(
        select(LoyaltyProgram)
        .where(
            LoyaltyProgram.active,
            or_(LoyaltyProgram.valid_to.is_(None), LoyaltyProgram.valid_to >= day),
        )
        .order_by(LoyaltyProgram.id)
    )
    return [
        {
            "program": one.id,
            "name": one.name,
            "currency": one.currency,
            "point_value": _text(one.point_value),
            "least_points": _text(one.least_points),
            "most_percent": _text(one.most_percent),
            "offline_points": _text(one.offline_points),
            "earn_points": _text(one.earn_points),
            "earn_amount": _text(one.earn_amount),
            "group": one.group_id,
            "valid_from": one.valid_from.isoformat() if one.valid_from else None,
            "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        }
        for one in found
    ]


def offline_points(
    session: Session, contact_ids: Collection[int] | None = None
) -> dict[int, list[dict[str, Any]]]:
    """The points of these customers, or of all who have some, by customer, and when it was so."""
    at = utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    wanted = select(LoyaltyAccount.contact_id, LoyaltyAccount.program_id, LoyaltyAccount.points)
    wanted = wanted.where(LoyaltyAccount.points > 0).order_by(LoyaltyAccount.id)
    if contact_ids is not None:
        wanted = wanted.where(LoyaltyAccount.contact_id.in_(contact_ids))
    found: dict[int, list[dict[str, Any]]] = {}
    for contact_id, program_id, points in session.execute(wanted):
        told = {"program": program_id, "points": _text(points), "at": at}
        found.setdefault(contact_id, []).append(told)
    return found


def owners_of_points(session: Session, account_ids: Collection[int]) -> set[int]:
    """The customers to whom these accounts belong."""
    if not account_ids:
        return set()
    wanted = select(LoyaltyAccount.contact_id).where(LoyaltyAccount.id.in_(account_ids))
    return set(session.scalars(wanted))


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
