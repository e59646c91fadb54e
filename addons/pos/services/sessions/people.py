"""People whom a till names by their ids: users of the company, or nobody it knows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.pos.models import Cashier

_NAMES = text("SELECT id, name FROM core.user_account WHERE id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(BIGINT))
)


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """What these users are called; unknown ones are left out."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return {}
    return {row.id: row.name for row in session.execute(_NAMES, {"ids": wanted})}


def known_user(session: Session, user_id: int | None) -> int | None:
    """The id of a user that there is; what a till says of others is kept in its operation."""
    return user_id if user_id is not None and names_of(session, [user_id]) else None


def may_override(session: Session, user_id: int | None) -> bool:
    """Whether this cashier may approve what others may not."""
    if user_id is None:
        return False
    return bool(session.scalar(select(Cashier.may_override).where(Cashier.user_id == user_id)))
