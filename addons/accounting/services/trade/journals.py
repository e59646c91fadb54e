"""The journals that trade is written in: the company's first of the type, or one made for it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Select, select
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


def trade_journal(session: Session, kind: JournalType) -> str:
    """The code of the journal for sales or purchases."""
    wanted = select(Journal.code).where(Journal.type == kind, Journal.active)
    found = _found(session, kind, wanted.order_by(Journal.id).limit(1))
    return found or _make(session, *_MADE[kind], kind)


def stock_journal(session: Session) -> str:
    """The code of the journal for stock."""
    found = _found(session, STOCK, select(Journal.code).where(Journal.code == STOCK))
    return found or _make(session, STOCK, "Stock", "general")


def _found(session: Session, key: str, wanted: Select[str]) -> str | None:
    """Remembered for a session once it is there; what is made is not, since a savepoint may take
    it back."""
    known: dict[str, str] = binding(session).context.setdefault(_KNOWN, {})
    if key not in known:
        code = session.scalar(wanted)
        if code is None:
            return None
        known[key] = code
    return known[key]


def _make(session: Session, code: str, name: str, kind: JournalType) -> str:
    row = {"code": code, "name": name, "type": kind}
    session.execute(insert(Journal).values(row).on_conflict_do_nothing())
    return code
