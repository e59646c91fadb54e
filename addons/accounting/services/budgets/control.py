"""Holding entries to budgets: a check of posting, which warns or stops.

Entries that are posted together count together, with what they add to a target in the days that
its budget compares; what relieves one always goes through, as do income and reversals. Whether any
budget is held to is asked once a session, so that it costs nothing where none is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Budget, FiscalYear
from addons.accounting.services.assets.schedule import month_end
from addons.accounting.services.budgets.additions import Addition, additions
from addons.accounting.services.budgets.targets import Planned, actuals, committed, planned
from addons.accounting.services.entry_draft import EntryDraft
from addons.accounting.services.known_sources import not_posted
from addons.accounting.services.rules_in_use import rules_in_use
from core.api import Problem, actor, phrase, require_confirmation

_KEY: Final = "accounting.budgets_held"


@dataclass(frozen=True, slots=True)
class _Held:
    """A budget that is held to."""

    id: int
    name: str
    start: date
    end: date
    stops: bool
    span: str
    plans: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class _Load:
    """What entries add to a plan of a budget in the days that are compared; `day` is the last
    of theirs among these."""

    budget: _Held
    plan: Planned
    first: date
    last: date
    day: date
    amount: Decimal


def check_budgets(session: Session, entries: Sequence[EntryDraft]) -> Iterable[Problem]:
    """What would exceed a budget: a problem where it stops, a question where it warns."""
    counted = [entry for entry in entries if entry.reverses_id is None]
    if not counted or not _held(session):
        return
    exceeded = _exceeded(session, counted)
    if exceeded and len(fresh := not_posted(session, counted)) < len(counted):
        exceeded = _exceeded(session, fresh)
    for load, sentence in exceeded:
        if load.budget.stops:
            yield Problem("lines", sentence)
        elif actor(session).kind != "system":
            key = f"budget:{load.budget.id}:{load.plan.line_ids[0]}:{load.day}"
            require_confirmation(session, sentence, key=key)


def span_of(span: str, start: date, end: date, day: date) -> tuple[date, date]:
    """The days that are compared for an entry of a day."""
    if span == "annual":
        return start, end
    first = day.replace(day=1)
    return (start if span == "cumulative" else max(first, start)), min(month_end(day), end)


def _exceeded(session: Session, entries: Sequence[EntryDraft]) -> list[tuple[_Load, str]]:
    loads = list(_loads(session, entries))
    if not loads:
        return []
    _take_turns(session, loads)
    used = actuals(session, [(load.plan, load.first, load.last) for load in loads])
    said = (
        (load, _sentence(session, load, so_far)) for load, so_far in zip(loads, used, strict=True)
    )
    return [(load, sentence) for load, sentence in said if sentence]


def _loads(session: Session, entries: Sequence[EntryDraft]) -> Iterator[_Load]:
    for budget in _held(session):
        within = [entry for entry in entries if budget.start <= entry.date <= budget.end]
        if not within:
            continue
        for plan, added in additions(session, budget.plans, within):
            yield from _loads_of(budget, plan, added)


def _loads_of(budget: _Held, plan: Planned, added: Sequence[Addition]) -> Iterator[_Load]:
    """A load for each of the spans in which something is added, and more than is relieved."""
    spans = {span_of(budget.span, budget.start, budget.end, one.day) for one in added}
    for first, last in sorted(spans):
        inside = [one for one in added if first <= one.day <= last]
        amount = sum((one.amount for one in inside), Decimal(0))
        if amount > 0:
            yield _Load(budget, plan, first, last, max(one.day for one in inside), amount)


def _take_turns(session: Session, loads: Iterable[_Load]) -> None:
    """Of two who use up the rest of a budget at once, the second sees what the first used."""
    ids = {load.budget.id for load in loads if load.budget.stops}
    if ids:
        locked = select(Budget.id).where(Budget.id.in_(ids)).order_by(Budget.id)
        session.execute(locked.with_for_update(key_share=True))


def _sentence(session: Session, load: _Load, so_far: Decimal) -> str:
    plan, first, last = load.plan, load.first, load.last
    allowed = plan.between(first.replace(day=1), last) + plan.allowed_more
    used = so_far + committed(session, plan, first, last)
    over = used + load.amount - allowed
    if over <= 0:
        return ""
    return phrase(
        "Budget {budget}, {target}: {allowed} allowed from {first} to {last}, {so_far} used, and"
        " this adds {amount}: {over} too much.",
        budget=load.budget.name,
        target=plan.title,
        allowed=f"{allowed:,f}",
        first=first,
        last=last,
        so_far=f"{used:,f}",
        amount=f"{load.amount:,f}",
        over=f"{over:,f}",
    )


def _held(session: Session) -> tuple[_Held, ...]:
    known = session.info.get(_KEY)
    if known is None and not rules_in_use(session).budgets:
        known = session.info[_KEY] = ()
    if known is None:
        budgets = session.scalars(
            select(Budget)
            .join(FiscalYear, FiscalYear.id == Budget.fiscal_year_id)
            .where(Budget.state == "active", Budget.control != "none", FiscalYear.state == "open")
        ).all()
        known = session.info[_KEY] = tuple(
            _Held(
                one.id,
                one.name,
                one.fiscal_year.start_date,
                one.fiscal_year.end_date,
                one.control == "stop",
                one.span,
                tuple(plan for plan in planned(session, one) if not plan.is_income),
            )
            for one in budgets
        )
    return known


def forget_held(session: Session) -> None:
    """Look again at which budgets are held to: they change in this transaction."""
    session.info.pop(_KEY, None)
