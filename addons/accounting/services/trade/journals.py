"""The journals that trade is written in: the company's first of the type, or one made for it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import Journal, JournalType
from core.api import cached_until_change

STOCK: Final = "STK"
"""The journal of what stock is worth. A journal of its own, so that goods on their way do not wait
for whoever posts something else."""
_MADE: Final[dict[JournalType, tuple[str, str]]] = {
    "sale": ("SAL", "Sales"),
    "purchase": ("PUR", "Purchases"),
}
_OF_TYPE: Final = (
    select(Journal.code)
    .where(Journal.type == bindparam("kind"), Journal.active)
    .order_by(Journal.id)
    .limit(1)
)
_OF_CODE: Final = select(Journal.code).where(Journal.code == bindparam("code"))


def trade_journal(session: Session, kind: JournalType) -> str:
    """The code of the journal for sales or purchases."""
    return _first(session, kind) or _make(session, *_MADE[kind], kind)


def stock_journal(session: Session) -> str:
    """The code of the journal for stock."""
    return STOCK if _is_there(session, STOCK) else _make(session, STOCK, "Stock", "general")


@cached_until_change(Journal)
def _first(session: Session, kind: JournalType) -> str | None:
    return session.scalar(_OF_TYPE, {"kind": kind})


@cached_until_change(Journal)
def _is_there(session: Session, code: str) -> bool:
    return session.scalar(_OF_CODE, {"code": code}) is not None


def _make(session: Session, code: str, name: str, kind: JournalType) -> str:
    row = {"code": code, "name": name, "type": kind}
    session.execute(insert(Journal).values(row).on_conflict_do_nothing())
    return code
