"""The journals that trade is written in: the company's first of the type, or one made for it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
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
    known: dict[str, str] = binding(session).context.setdefault(_KNOWN, {})
    if kind not in known:
        wanted = select(Journal.code).where(Journal.type == kind, Journal.active)
        code = session.scalar(wanted.order_by(Journal.id).limit(1))
        known[kind] = code or _make(session, *_MADE[kind], kind)
    return known[kind]


def stock_journal(session: Session) -> str:
    """The code of the journal for stock."""
    known: dict[str, str] = binding(session).context.setdefault(_KNOWN, {})
    if STOCK not in known:
        known[STOCK] = session.scalar(select(Journal.code).where(Journal.code == STOCK)) or _make(
            session, STOCK, "Stock", "general"
        )
    return known[STOCK]


def _make(session: Session, code: str, name: str, kind: JournalType) -> str:
    row = {"code": code, "name": name, "type": kind}
    session.execute(insert(Journal).values(row).on_conflict_do_nothing())
    return code
