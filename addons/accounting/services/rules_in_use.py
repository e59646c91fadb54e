"""Which kinds of rules a company has for its entries at all, asked once a session.

Every posting asks, and most companies have neither dimensions nor budgets that are held to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_KEY: Final = "accounting.rules_in_use"
_ASK: Final = text("""
SELECT EXISTS (SELECT 1 FROM accounting.dimension WHERE active) AS dimensions,
       EXISTS (SELECT 1 FROM accounting.budget
                WHERE state = 'active' AND control <> 'none') AS budgets
""")


@dataclass(frozen=True, slots=True)
class RulesInUse:
    """Whether there are active dimensions, and budgets that warn or stop."""

    dimensions: bool
    budgets: bool


def rules_in_use(session: Session) -> RulesInUse:
    """What this company has, as of the first time that the session asked."""
    known = session.info.get(_KEY)
    if known is None:
        known = session.info[_KEY] = RulesInUse(*session.execute(_ASK).one())
    return known


def forget_rules_in_use(session: Session) -> None:
    """Ask anew: dimensions or budgets change in this session."""
    session.info.pop(_KEY, None)
