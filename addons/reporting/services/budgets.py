"""Budgets as figures of accounts, for the column beside what was posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from addons.accounting.api import DaySpan, Movements


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget that can be compared with."""

    id: int
    name: str


def budgets(session: Session) -> list[Budget]:
    """The budgets there are."""
    return []


def budget_movements(
    session: Session, budget_id: int | None, spans: Sequence[DaySpan], currency: str
) -> Movements:
    """PLACEHOLDER"""
    return {}
