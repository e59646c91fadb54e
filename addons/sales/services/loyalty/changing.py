"""Points that change by right, by time, and because two contacts were one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import require_open
from addons.contacts.api import contact_names
from addons.sales.models import LoyaltyAccount, LoyaltyMove
from addons.sales.services.amounts import ZERO
from addons.sales.services.loyalty.earning import expiry_of
from addons.sales.services.loyalty.expiry_rules import expired_by, open_points
from addons.sales.services.loyalty.keeping import (
    add_points,
    lock_account,
    moves_of,
    share_of_worth,
)
from core.api import AppError, InvalidInput, phrase, savepoint, today


def adjust_points(
    session: Session,
    account: LoyaltyAccount,
    points: Decimal | None,
    reason: str,
    day: date | None = None,
) -> LoyaltyAccount:
    """Give points, or take them where `points` is negative, for a reason. The books put nothing off
    for points that were given free: they lower the price when they are used. Raises InvalidInput
    for more than there are."""
    day = day or today(session)
    require_open(session, day, "sale")
    account = lock_account(session, account.id)
    if points is None or not points.is_finite() or not points or abs(points) >= Decimal("1e12"):
        raise InvalidInput.of("points", phrase("Give how many points are added, or taken."))
    if points != points.to_integral_value():
        raise InvalidInput.of("points", phrase("Points are whole."))
    if account.points + points < 0:
        raise InvalidInput.of(
            "points",
            phrase("{name} has {points} points.", name=account.contact_name,
                   points=f"{account.points:f}"),
        )  # fmt: skip
    if not reason.strip():
        raise InvalidInput.of("reason", phrase("Say why: the reason is kept."))
    expires_on = expiry_of(account.program, day)
    add_points(
        session, account, "adjust", points, day, reason=reason.strip(), expires_on=expires_on
    )
    return account


def expire_points(session: Session, day: date | None = None) -> int:
    """Take the points whose last day has passed by a day, or by today, those that came first;
    returns of how many accounts. Where the day is closed they wait for the next run."""
    day = day or today(session)
    wanted = (
        select(LoyaltyMove.account_id)
        .distinct()
        .join(LoyaltyAccount, LoyaltyAccount.id == LoyaltyMove.account_id)
        .where(LoyaltyMove.expires_on < day, LoyaltyAccount.points > 0)
    )
    done = 0
    for account_id in sorted(session.scalars(wanted)):
        try:
            with savepoint(session):
                require_open(session, day, "sale")
                account = lock_account(session, account_id)
                gone = expired_by(moves_of(session, account_id), day)
                if gone:
                    add_points(session, account, "expire", -gone, day)
                    done += 1
        except AppError:
            # A closed day, or books that refuse it: the others go on, and this one is tried again.
            continue
    return done


def take_over_points(session: Session, kept_id: int, merged_id: int) -> None:
    """Give the points of a contact to the one that it became: each as long as it was valid."""
    name = contact_names(session, [kept_id]).get(kept_id, "")
    theirs: Sequence[LoyaltyAccount] = session.scalars(
        select(LoyaltyAccount)
        .where(LoyaltyAccount.contact_id == merged_id)
        .order_by(LoyaltyAccount.id)
    ).all()
    for merged in theirs:
        kept_key = session.scalars(
            select(LoyaltyAccount.id).where(
                LoyaltyAccount.contact_id == kept_id,
                LoyaltyAccount.program_id == merged.program_id,
            )
        ).one_or_none()
        if kept_key is None:
            merged.contact_id, merged.contact_name = kept_id, name
            session.flush()
            continue
        first, second = sorted((kept_key, merged.id))
        locked = {one: lock_account(session, one) for one in (first, second)}
        _move_points(session, locked[merged.id], locked[kept_key])


def _move_points(session: Session, merged: LoyaltyAccount, kept: LoyaltyAccount) -> None:
    day = today(session)
    for part in open_points(moves_of(session, merged.id)):
        worth = share_of_worth(session, merged, part.points)
        add_points(session, merged, "merge", -part.points, day, worth=-worth)
        add_points(
            session, kept, "merge", part.points, day, worth=worth, expires_on=part.expires_on
        )
    if merged.owed:
        owed = merged.owed
        add_points(session, merged, "merge", ZERO, day, owed=-owed)
        add_points(session, kept, "merge", ZERO, day, owed=owed)
