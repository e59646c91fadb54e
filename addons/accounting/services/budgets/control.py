"""Holding entries to budgets: a check of posting, which warns or stops.

An entry counts with what it adds to a target; what relieves one always goes through, as do income
and reversals. Whether any budget is held to is asked once a session, so that it costs nothing where
none is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Budget, FiscalYear, JournalEntry
from addons.accounting.services.assets.schedule import month_end
from addons.accounting.services.budgets.targets import Planned, actual, committed, planned
from addons.accounting.services.entry_draft import EntryDraft
from addons.accounting.services.rules_in_use import forget_rules_in_use, rules_in_use
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


def check_budgets(session: Session, entry: EntryDraft) -> Iterable[Problem]:
    """What would exceed a budget: a problem where it stops, a question where it warns."""
    held = [one for one in _held(session) if one.start <= entry.date <= one.end]
    if not held or entry.reverses_id is not None:
        return
    added = _by_account(session, entry)
    for budget in held:
        for plan in budget.plans:
            amount = _added(plan, entry, added)
            if amount <= 0:
                continue
            sentence = _exceeds(session, budget, plan, entry.date, amount)
            if not sentence or _is_posted(session, entry):
                continue
            if budget.stops:
                yield Problem("lines", sentence)
            elif actor(session).kind != "system":
                require_confirmation(
                    session, sentence, key=f"budget:{budget.id}:{plan.line_ids[0]}:{entry.date}"
                )


def span_of(span: str, start: date, end: date, day: date) -> tuple[date, date]:
    """The days that are compared for an entry of a day."""
    if span == "annual":
        return start, end
    first = day.replace(day=1)
    return (start if span == "cumulative" else max(first, start)), min(month_end(day), end)


def _exceeds(session: Session, budget: _Held, plan: Planned, day: date, amount: Decimal) -> str:
    first, last = span_of(budget.span, budget.start, budget.end, day)
    allowed = plan.between(first.replace(day=1), last) + plan.allowed_more
    so_far = actual(session, plan, first, last) + committed(session, plan, first, last)
    over = so_far + amount - allowed
    if over <= 0:
        return ""
    return phrase(
        "Budget {budget}, {target}: {allowed} allowed from {first} to {last}, {so_far} used, and"
        " this adds {amount}: {over} too much.",
        budget=budget.name,
        target=plan.title,
        allowed=f"{allowed:,f}",
        first=first,
        last=last,
        so_far=f"{so_far:,f}",
        amount=f"{amount:,f}",
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
    forget_rules_in_use(session)


def _by_account(session: Session, entry: EntryDraft) -> dict[str, int]:
    codes = {line.account for line in entry.lines}
    rows = session.execute(select(Account.code, Account.id).where(Account.code.in_(codes)))
    return {row.code: row.id for row in rows}


def _added(plan: Planned, entry: EntryDraft, ids: dict[str, int]) -> Decimal:
    """What the entry adds to a target."""
    target, total = plan.target, Decimal(0)
    if target.branch_id is not None and entry.branch_id != target.branch_id:
        return total
    for line in entry.lines:
        if ids.get(line.account) not in plan.account_ids:
            continue
        share = Decimal(100)
        if target.value_id is not None:
            split = (line.analytic or {}).get(str(target.dimension_id), {})
            share = Decimal(split.get(str(target.value_id), 0))
        total += line.amount * share / 100
    return total


def _is_posted(session: Session, entry: EntryDraft) -> bool:
    """Whether the same source was posted before: posting it again adds nothing."""
    if not entry.source_type:
        return False
    known = select(JournalEntry.id).where(
        JournalEntry.source_type == entry.source_type,
        JournalEntry.source_id == entry.source_id,
    )
    return session.scalar(known) is not None
