"""Cashiers: made from users of the company, changed, and given a PIN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.pos.models import Cashier
from addons.pos.services.cashiers.pins import hash_pin
from addons.pos.services.sessions.people import names_of
from core.api import Conflict, InvalidInput, actor, phrase, utc_now


def create_cashier(session: Session, values: Mapping[str, Any]) -> Cashier:
    """A user who may sell at tills. Raises InvalidInput, and Conflict where he is one already."""
    user_id = values.get("user_id")
    if user_id is None:
        raise InvalidInput.of("user_id", phrase("Choose a user."))
    if session.scalar(select(Cashier.id).where(Cashier.user_id == user_id)) is not None:
        raise Conflict(phrase("This user is a cashier already."))
    return _save(session, Cashier(user_id=user_id, active=True), values)


def update_cashier(session: Session, cashier: Cashier, values: Mapping[str, Any]) -> Cashier:
    """Change those fields that are given. Raises InvalidInput; a cashier stays the same user."""
    if values.get("user_id") not in (None, cashier.user_id):
        raise InvalidInput.of("user_id", phrase("A cashier stays the same user."))
    return _save(session, cashier, values)


def set_pin(session: Session, cashier: Cashier, pin: str) -> None:
    """Give a cashier this PIN; tills know it with their next feed. Raises InvalidInput."""
    cashier.pin, cashier.pin_set_at = hash_pin(pin.strip()), utc_now()
    session.flush()


def own_cashier(session: Session) -> Cashier | None:
    """The cashier that the user who acts is, if he is one."""
    user_id = actor(session).user_id
    return session.scalar(select(Cashier).where(Cashier.user_id == user_id, Cashier.active))


def _save(session: Session, cashier: Cashier, values: Mapping[str, Any]) -> Cashier:
    for name, value in values.items():
        if value is not None:
            setattr(cashier, name, value)
    cashier.user_name = names_of(session, {cashier.user_id}).get(cashier.user_id, "")
    if not 0 <= (cashier.discount_limit or 0) <= 100:
        raise InvalidInput.of("discount_limit", phrase("Write a percentage from 0 to 100."))
    session.add(cashier)
    session.flush()
    return cashier
