"""The journals that trade is written in: the company's first of the type, or one made for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import Journal, JournalType
from core.api import binding

STOCK: Final = "STK"
"""The journal of what stock is worth. A journal of its own, so that goods on their way do not wait
for whoever posts something else."""
_MADE: Final[dict[JournalType, tuple[str, str]]] = {
    "sale": ("SAL", "Sales"),
    "purchase": ("PUR", "Purchases"),
}
_KNOWN: Final = "accounting.trade_journals"
_OF_TYPE: Final = (
    select(Journal.code)
    .where(Journal.type == bindparam("kind"), Journal.active)
    .order_by(Journal.id)
    .limit(1)
)
_OF_CODE: Final = select(Journal.code).where(Journal.code == bindparam("code"))


def trade_journal(session: Session, kind: JournalType) -> str:
    """The code of the journal for sales or purchases."""
    found = _found(session, kind, _OF_TYPE, {"kind": kind})
    return found or _make(session, *_MADE[kind], kind)


def stock_journal(session: Session) -> str:
    """The code of the journal for stock."""
    found = _found(session, STOCK, _OF_CODE, {"code": STOCK})
    return found or _make(session, STOCK, "Stock", "general")


def _found(session: Session, key: str, wanted: Select[str], asked: Mapping[str, str]) -> str | None:
    """Remembered for a session once it is there; what is made is not, since a savepoint may take
    it back."""
    known: dict[str, str] = binding(session).context.setdefault(_KNOWN, {})
    if key not in known:
        code = session.scalar(wanted, asked)
        if code is None:
            return None
        known[key] = code
    return known[key]


def _make(session: Session, code: str, name: str, kind: JournalType) -> str:
    row = {"code": code, "name": name, "type": kind}
    session.execute(insert(Journal).values(row).on_conflict_do_nothing())
    return code
