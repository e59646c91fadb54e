"""Which kinds of rules a company has for its entries at all.

Every posting asks, and most companies have neither dimensions nor budgets that are held to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.models.budgets import Budget
from addons.accounting.models.dimensions import Dimension
from core.api import cached_until_change

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


@cached_until_change(Dimension, Budget)
def rules_in_use(session: Session) -> RulesInUse:
    """What this company has."""
    return RulesInUse(*session.execute(_ASK).one())
