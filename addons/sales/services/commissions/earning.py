"""What each receiver earns by a plan: what happened, taken to the tiers and shared out.

Tiers count what one seller sold in a period, by product, category or in all, as the plan's rates
say. A credit for what was sold in the same period lowers what the period comes to; one for what
was sold earlier takes back its share of what was given for it then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.sales.models.commissions import CommissionEarner, CommissionPlan
from addons.sales.services.amounts import HUNDRED, part_of
from addons.sales.services.commissions.happenings import Happening
from addons.sales.services.commissions.tiers import Scale, Tier, earn, share_out

_MEMBERS: Final = text("SELECT user_id, team_id FROM core.team_member")
_Rate = tuple[str, int]
Key = tuple[int, int]
"""What was counted: the line of the document, and the application or 0."""


Booked = tuple[int, int, int]
"""What was approved: the receiver, and what was counted."""


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody gets of one happening."""

    plan_id: int
    plan_name: str
    happening: Happening
    receiver_id: int
    percent: Decimal
    base: Decimal
    amount: Decimal
    explained: str
    kind: str

    @property
    def key(self) -> Key:
        """What it was counted for."""
        return self.happening.line_id, self.happening.application_id or 0


@dataclass(frozen=True, slots=True)
class Given:
    """What was given for a line that was sold: of which base, and how much."""

    base: Decimal
    amount: Decimal


Before = Callable[[int, int, int], Given]
"""What a receiver was given by a plan for a line, in the periods before."""


def shares_of(
    session: Session,
    plan: CommissionPlan,
    happenings: Sequence[Happening],
    booked: Collection[Booked],
    before: Before,
    step: Decimal,
) -> list[Share]:
    """What everybody gets by a plan of what happened in whole periods of its tiers. What is
    `booked` was counted first, so that what came late is added on top of it."""
    first = {(line_id, application_id) for _, line_id, application_id in booked}
    earners, scales = _earners(session, plan), _scales(plan)
    found: list[Share] = []
    for (_, seller, rate), group in _periods(plan, scales, happenings).items():
        receivers = earners.of(seller)
        # What came late is counted after what was approved.
        group.sort(key=lambda one: (_key(one) not in first, one.day))
        sold = {one.origin_id for one in group if not one.is_credit}
        inside = [one for one in group if one.origin_id in sold]
        outside = [one for one in group if one.origin_id not in sold]
        found.extend(_earned(plan, scales[rate], inside, receivers, step))
        found.extend(_taken_back(plan, outside, receivers, booked, before, step))
    return found


def _periods(
    plan: CommissionPlan, scales: Mapping[_Rate, Scale], happenings: Sequence[Happening]
) -> Mapping[tuple[date, int, _Rate], list[Happening]]:
    """What happened, by the period, the seller and the rates that count it. A credit is counted
    after the plan's last day, too: what it gave is taken back."""
    found: dict[tuple[date, int, _Rate], list[Happening]] = defaultdict(list)
    for one in happenings:
        over = plan.valid_until is not None and one.day > plan.valid_until and not one.is_credit
        rate = _rate_of(scales, one)
        if rate is not None and one.day >= plan.valid_from and not over:
            found[period_start(plan.tier_period, one.day), one.seller_id, rate].append(one)
    return found


def _earned(
    plan: CommissionPlan,
    scale: Scale,
    happenings: Sequence[Happening],
    receivers: Sequence[tuple[int, Decimal]],
    step: Decimal,
) -> list[Share]:
    """What happened within a period, taken to its tiers in order."""
    bases = [_base(plan, one) for one in happenings]
    found: list[Share] = []
    for one, base, earned in zip(happenings, bases, earn(scale, bases, step), strict=True):
        parts = share_out(earned.amount, [percent for _, percent in receivers], step)
        kind = "credited" if one.is_credit else "earned"
        for (receiver, percent), amount in zip(receivers, parts, strict=True):
            how = earned.explained
            found.append(Share(plan.id, plan.name, one, receiver, percent, base, amount, how, kind))
    return found


def period_start(unit: str, day: date) -> date:
    """The first day of the month or quarter that a day lies in."""
    month = day.month if unit == "month" else (day.month - 1) // 3 * 3 + 1
    return date(day.year, month, 1)


def _taken_back(
    plan: CommissionPlan,
    notes: Sequence[Happening],
    receivers: Sequence[tuple[int, Decimal]],
    booked: Collection[Booked],
    before: Before,
    step: Decimal,
) -> list[Share]:
    """The shares of what was given earlier; credits one after the other come to all of it. Those
    that are booked are taken off already in what was given."""
    found: list[Share] = []
    taken: dict[tuple[int, int], Given] = {}
    for one in notes:
        size = -_base(plan, one)
        for receiver, percent in receivers:
            if (receiver, *_key(one)) in booked:
                continue
            place = (receiver, one.origin_id)
            given = taken.get(place) or before(plan.id, receiver, one.origin_id)
            part = min(size, given.base)
            if given.base <= 0 or part <= 0:
                continue
            back = part_of(given.amount, given.base, Decimal(0), part, step)
            taken[place] = Given(given.base - part, given.amount - back)
            words = f"{-given.amount:,f} × {part:,f} / {given.base:,f}"
            found.append(
                Share(plan.id, plan.name, one, receiver, percent, -part, -back, words, "credited")
            )
    return found


class _Earners:
    """Who gets what of whose sales: a seller's own rows count before his teams', and these before
    those for everybody."""

    def __init__(self, rows: Sequence[CommissionEarner], teams: Mapping[int, set[int]]) -> None:
        self._rows, self._teams = rows, teams

    def of(self, seller: int) -> list[tuple[int, Decimal]]:
        """The receivers of a seller's commission, each with a percentage; in a plan that names
        nobody everybody gets his own."""
        if not self._rows:
            return [(seller, HUNDRED)]
        own = [row for row in self._rows if row.seller_id == seller]
        teams = self._teams.get(seller, set())
        theirs = [row for row in self._rows if row.team_id in teams]
        all_ = [row for row in self._rows if row.seller_id is None and row.team_id is None]
        return [(row.receiver_id or seller, row.percent) for row in own or theirs or all_]


def _earners(session: Session, plan: CommissionPlan) -> _Earners:
    teams: dict[int, set[int]] = defaultdict(set)
    if any(row.team_id is not None for row in plan.earners):
        for user_id, team_id in session.execute(_MEMBERS):
            teams[user_id].add(team_id)
    return _Earners(plan.earners, teams)


def _scales(plan: CommissionPlan) -> dict[_Rate, Scale]:
    """The tiers by product, by category, and for everything else."""
    rows: dict[_Rate, list[Tier]] = defaultdict(list)
    for rate in plan.rates:
        if rate.product_id is not None:
            what: _Rate = ("product", rate.product_id)
        elif rate.category_id is not None:
            what = ("category", rate.category_id)
        else:
            what = ("all", 0)
        rows[what].append(Tier(rate.above, rate.percent))
    way: Any = plan.tier_way
    return {
        what: Scale(tuple(sorted(tiers, key=lambda tier: tier.above)), way)
        for what, tiers in rows.items()
    }


def _rate_of(scales: Mapping[_Rate, Scale], one: Happening) -> _Rate | None:
    """The rates that are nearest to what was sold."""
    wanted: list[_Rate] = [("product", one.product_id)] if one.product_id is not None else []
    wanted += [("category", key) for key in reversed(one.categories)]
    return next((what for what in [*wanted, ("all", 0)] if what in scales), None)


def _base(plan: CommissionPlan, one: Happening) -> Decimal:
    return one.net if plan.base == "net" else one.margin


def _key(one: Happening) -> Key:
    return one.line_id, one.application_id or 0
