"""What a company begins with: a till, cash and cards."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.pos.models import Cashier, Method, Register
from addons.pos.services.methods import create_method, fill_accounts
from addons.pos.services.registers import create_register

_FIRST: Final = (
    {"name": "Cash", "name_local": "نقدا", "kind": "cash", "opens_drawer": True, "position": 1},
    {"name": "Card", "name_local": "بطاقة", "kind": "card", "position": 2},
    {"name": "On account", "name_local": "على الحساب", "kind": "credit", "position": 3},
    {"name": "Gift card", "name_local": "بطاقة هدية", "kind": "gift_card", "position": 4},
)


def set_up(session: Session) -> None:
    """One till and the usual ways to pay, where there are none yet; accounts that were not chosen
    are taken from the books. Repeatable."""
    if not session.scalar(select(func.count()).select_from(Register)):
        create_register(session, {"code": "R01", "name": "Till 1"})
    if not session.scalar(select(func.count()).select_from(Method)):
        for values in _FIRST:
            create_method(session, values)
    fill_accounts(session)


def has_cashier(session: Session) -> bool:
    """Whether somebody can sell: a cashier with a PIN."""
    return (
        session.scalar(select(Cashier.id).where(Cashier.active, Cashier.pin != "").limit(1))
        is not None
    )
