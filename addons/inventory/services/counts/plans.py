"""Counts that people write, and those that plans call for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.inventory.models import CountPlan, Location, StockCount
from core.api import Conflict, InvalidInput, phrase, today

_COUNT: Final = ("location_id", "category_id", "day", "blind", "frozen", "note")
_PLAN: Final = (
    "name",
    "location_id",
    "category_id",
    "every_days",
    "next_on",
    "blind",
    "frozen",
    "active",
)
_MAY_BE_NONE: Final = frozenset({"category_id"})


def create_count(session: Session, values: Mapping[str, Any]) -> StockCount:
    """A count to be. Raises InvalidInput that names the field."""
    count = StockCount(day=today(session))
    _fill(session, count, values, _COUNT)
    session.add(count)
    session.flush()
    return count


def update_count(session: Session, count: StockCount, values: Mapping[str, Any]) -> StockCount:
    """Change a count that has not begun; later only its note."""
    if count.state != "draft" and any(
        name in values and values[name] != getattr(count, name) for name in _COUNT[:-1]
    ):
        raise Conflict(phrase("This count has begun: only its note can change."))
    _fill(session, count, values, _COUNT)
    session.flush()
    return count


def delete_count(session: Session, count: StockCount) -> None:
    """Delete a count that has not begun."""
    if count.state != "draft":
        raise Conflict(phrase("This count has begun."), fix=phrase("Cancel it instead."))
    session.delete(count)
    session.flush()


def create_plan(session: Session, values: Mapping[str, Any]) -> CountPlan:
    """A plan. Raises InvalidInput that names the field."""
    plan = CountPlan(next_on=today(session), every_days=30)
    _fill(session, plan, values, _PLAN)
    _require_plan(plan)
    session.add(plan)
    session.flush()
    return plan


def update_plan(session: Session, plan: CountPlan, values: Mapping[str, Any]) -> CountPlan:
    """Change a plan."""
    _fill(session, plan, values, _PLAN)
    _require_plan(plan)
    session.flush()
    return plan


def call_for_counts(session: Session) -> int:
    """Make the counts that are due by their plans, once each; returns how many. A plan whose last
    count is still open waits for it."""
    now = today(session)
    due = select(CountPlan).where(CountPlan.active, CountPlan.next_on <= now)
    made = 0
    for plan in session.scalars(due.order_by(CountPlan.id).with_for_update()).all():
        is_open = StockCount.state.in_(("draft", "counting", "review"))
        last = select(StockCount.id).where(StockCount.plan_id == plan.id, is_open)
        if session.scalar(last.limit(1)) is not None:
            continue
        session.add(
            StockCount(
                day=now,
                location_id=plan.location_id,
                category_id=plan.category_id,
                blind=plan.blind,
                frozen=plan.frozen,
                plan_id=plan.id,
            )
        )
        plan.next_on = now + timedelta(days=plan.every_days)
        made += 1
    session.flush()
    return made


def _fill(session: Session, record: Any, values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in values and (values[name] is not None or name in _MAY_BE_NONE):
            setattr(record, name, values[name])
    place = session.get(Location, record.location_id) if record.location_id else None
    if place is None or place.kind not in ("internal", "consigned", "view") or not place.active:
        raise InvalidInput.of("location_id", phrase("Choose the place that is counted."))


def _require_plan(plan: CountPlan) -> None:
    if not (plan.name or "").strip():
        raise InvalidInput.of("name", phrase("Give the plan a name."))
    if not 1 <= plan.every_days <= 3660:
        raise InvalidInput.of("every_days", phrase("A plan counts every 1 to 3660 days."))
