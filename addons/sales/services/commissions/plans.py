"""Writing plans of commissions: percentages and shares that fit together, and a plan that was
approved by stays as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.sales.models.commissions import (
    CommissionEarner,
    CommissionLine,
    CommissionPlan,
    CommissionRate,
    CommissionStatement,
)
from addons.sales.services.amounts import HUNDRED, ZERO, require_percent
from core.api import Conflict, InvalidInput, phrase, today

_HEAD: Final = (
    "name",
    "base",
    "earned_on",
    "tier_period",
    "tier_way",
    "valid_from",
    "valid_until",
)
_FIRST_YEAR: Final = 1990


def create_plan(session: Session, values: Mapping[str, Any]) -> CommissionPlan:
    """A plan; raises InvalidInput that names the field."""
    plan = CommissionPlan(
        name="", base="net", earned_on="invoiced", tier_period="month", tier_way="step"
    )
    _write(session, plan, values)
    session.add(plan)
    session.flush()
    return plan


def update_plan(
    session: Session, plan: CommissionPlan, values: Mapping[str, Any]
) -> CommissionPlan:
    """Change a plan. Raises Conflict where statements were approved by it: then it can only get
    another name and a last day."""
    approved = _approved_until(session, plan)
    before = None if approved is None else _said(plan)
    with session.no_autoflush:
        _write(session, plan, values)
        ended = plan.valid_until is not None and approved is not None
        if before is not None and (
            _said(plan) != before or (ended and plan.valid_until < approved)  # type: ignore[operator]
        ):
            raise Conflict(
                phrase(
                    "Commissions were approved by {name} until {day}.",
                    name=plan.name,
                    day=approved or "",
                ),
                fix=phrase("End it on that day or later, and write another plan from then on."),
            )
    session.flush()
    return plan


def delete_plan(session: Session, plan: CommissionPlan) -> None:
    """Delete a plan by which nothing was worked out; raises Conflict for any other."""
    used = session.scalar(
        select(func.count(CommissionLine.id)).where(CommissionLine.plan_id == plan.id)
    )
    if used:
        raise Conflict(
            phrase("Commissions were worked out by {name}.", name=plan.name),
            fix=phrase("Give it a last day instead."),
        )
    session.delete(plan)
    session.flush()


def _approved_until(session: Session, plan: CommissionPlan) -> date | None:
    """The last day of what was approved by a plan; None where nothing was."""
    return session.scalar(
        select(func.max(CommissionLine.day))
        .join(CommissionStatement, CommissionStatement.id == CommissionLine.statement_id)
        .where(CommissionLine.plan_id == plan.id, CommissionStatement.state == "approved")
    )


def _said(plan: CommissionPlan) -> tuple[Any, ...]:
    """All that decides commissions, to be compared."""
    rates = sorted(
        repr((one.product_id, one.category_id, one.above.normalize(), one.percent.normalize()))
        for one in plan.rates
    )
    earners = sorted(
        repr((one.seller_id, one.team_id, one.receiver_id, one.percent.normalize()))
        for one in plan.earners
    )
    head = (plan.base, plan.earned_on, plan.tier_period, plan.tier_way, plan.valid_from)
    return head, rates, earners


def _write(session: Session, plan: CommissionPlan, values: Mapping[str, Any]) -> None:
    for name in _HEAD:
        if name in values and (values[name] is not None or name == "valid_until"):
            setattr(plan, name, values[name])
    plan.name = plan.name.strip()
    if not plan.name:
        raise InvalidInput.of("name", phrase("Give the plan a name."))
    if plan.valid_from is None:
        plan.valid_from = today(session).replace(day=1)
    if plan.valid_from.year < _FIRST_YEAR:
        raise InvalidInput.of("valid_from", phrase("This is no day of our times."))
    if plan.valid_until is not None and plan.valid_until < plan.valid_from:
        raise InvalidInput.of("valid_until", phrase("It ends before it begins."))
    if "rates" in values:
        plan.rates = _rows(plan.rates, values["rates"], CommissionRate, "rates")
    if "earners" in values:
        plan.earners = _rows(plan.earners, values["earners"], CommissionEarner, "earners")
    _require_rates(plan.rates)
    _require_earners(plan.earners)


def _rows(
    known: Sequence[Any], sent: Sequence[Mapping[str, Any]], model: type[Any], at: str
) -> list[Any]:
    by_key = {row.id: row for row in known}
    rows = []
    for place, values in enumerate(sent):
        given = dict(values)
        key = given.pop("id", None)
        row = model() if key is None else by_key.pop(key, None)
        if row is None:
            raise InvalidInput.of(f"{at}.{place}.id", phrase("There is no such line here."))
        for name, value in given.items():
            setattr(row, name, value)
        row.position = row.position or place + 1
        rows.append(row)
    return rows


def _require_rates(rates: Sequence[CommissionRate]) -> None:
    if not rates:
        raise InvalidInput.of("rates", phrase("Give at least one percentage."))
    known = set()
    for place, one in enumerate(rates):
        one.above = one.above or ZERO
        at = f"rates.{place}"
        if one.percent is None:
            raise InvalidInput.of(f"{at}.percent", phrase("Give a percentage."))
        require_percent(one.percent, f"{at}.percent")
        if not one.above.is_finite() or not 0 <= one.above < Decimal("1e15"):
            raise InvalidInput.of(f"{at}.above", phrase("An amount cannot be less than nothing."))
        if one.product_id is not None and one.category_id is not None:
            raise InvalidInput.of(
                f"{at}.category_id", phrase("Choose a product, or a category, or neither.")
            )
        what = (one.product_id, one.category_id, one.above)
        if what in known:
            raise InvalidInput.of(f"{at}.above", phrase("There are two percentages from here on."))
        known.add(what)


def _require_earners(earners: Sequence[CommissionEarner]) -> None:
    sums: dict[tuple[int | None, int | None], Decimal] = defaultdict(Decimal)
    receivers = set()
    for place, one in enumerate(earners):
        at = f"earners.{place}"
        one.percent = HUNDRED if one.percent is None else one.percent
        require_percent(one.percent, f"{at}.percent")
        if one.seller_id is not None and one.team_id is not None:
            raise InvalidInput.of(f"{at}.team_id", phrase("Choose a seller or a team."))
        who = (one.seller_id, one.team_id, one.receiver_id)
        if not one.percent or who in receivers:
            raise InvalidInput.of(f"{at}.percent", phrase("Each receiver has one part."))
        receivers.add(who)
        sums[one.seller_id, one.team_id] += one.percent
        if sums[one.seller_id, one.team_id] > HUNDRED:
            raise InvalidInput.of(f"{at}.percent", phrase("The parts come to more than all."))
