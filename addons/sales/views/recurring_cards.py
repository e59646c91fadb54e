"""What contracts put on the start page: what they bring a month, and which of them end or are
stuck."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models.recurring import Contract
from addons.sales.permissions import VIEW_CONTRACTS
from addons.sales.services.recurring.coming import monthly_revenue
from core.api import Amount, Card, FigureCard, ListCard, actor, msg

_READS: Final = ("sales.contracts",)


def _mine(session: Session) -> tuple[ColumnElement[bool], ...]:
    """The contracts that whoever looks may see."""
    who = actor(session)
    narrowed: dict[Any, tuple[ColumnElement[bool], ...]] = {
        "own": (Contract.salesperson_id == who.user_id,),
        "team": (Contract.team_id.in_(who.teams),),
        "branch": (Contract.branch_id.in_(who.branches),),
    }
    return narrowed.get(who.scope(VIEW_CONTRACTS.code), ())


def recurring_a_month(session: Session) -> list[Amount]:
    """What running contracts bring a month."""
    return [Amount(monthly_revenue(session, _mine(session)), company_currency(session))]


CARDS: Final[tuple[Card, ...]] = (
    FigureCard(
        name="sales.recurring",
        title=msg("Recurring a month"),
        permission=VIEW_CONTRACTS,
        figures=recurring_a_month,
        good="more",
        url="/sales/contracts?state=running",
        reads=_READS,
        order=26,
    ),
    ListCard(
        name="sales.contracts_ending",
        title=msg("Contracts that end within 30 days"),
        resource="sales.contracts",
        where=(("state", "running"), ("ends_on__during", "next_30_days")),
        sort=("ends_on",),
        columns=("name", "contact_name", "ends_on", "monthly"),
        reads=_READS,
        order=44,
        shown=False,
    ),
    ListCard(
        name="sales.contracts_stuck",
        title=msg("Contracts with something in the way"),
        resource="sales.contracts",
        where=(("problem__ne", ""),),
        sort=("next_day",),
        columns=("name", "contact_name", "next_day", "problem"),
        reads=_READS,
        order=45,
        shown=False,
    ),
)
