"""Targets of people, teams and categories, and how far they are beside the year before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.catalog.services.categories import create_category
from addons.sales.models.targets import TargetProgress
from addons.sales.services.targets.progress import report, running_targets
from addons.sales.services.targets.setting import create_target, spread, update_target
from core.api import Period
from core.errors import Conflict, InvalidInput
from tests.sales.conftest import Shop
from tests.sales.test_commissions import credited, person, sold

D = Decimal
DAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=True):
        yield


def progress(session: Session, key: int) -> TargetProgress:
    session.flush()
    return session.get_one(TargetProgress, key, populate_existing=True)


def test_a_target_knows_what_was_sold_and_what_was_a_year_before(
    session: Session, shop: Shop
) -> None:
    seller = person(session)
    target = create_target(
        session, {"user_id": seller, "first_day": DAY, "amount": D(1000), "unit": "month"}
    )
    assert (target.first_day, target.last_day) == (date(2026, 3, 1), date(2026, 3, 31))
    sold(shop, seller, "600", DAY)
    credited(session, sold(shop, seller, "200", DAY), "50", DAY)
    sold(shop, seller, "50", date(2025, 3, 31))
    sold(shop, seller, "70", date(2025, 4, 1))
    sold(shop, person(session), "999", DAY)
    found = progress(session, target.id)
    assert (found.actual, found.last_year, found.percent, found.missing) == (
        D(700),
        D(50),
        D(70),
        D(300),
    )
    (row,) = [
        row for row in report(session, Period(DAY.replace(day=1))).rows if row[2] == found.whose
    ]
    assert row[5:] == (D(1000), D(700), D(70), D(300), D(50), D(650))
    mine = [point for point in running_targets(session) if str(point.at).startswith(found.whose)]
    assert [point.amount for point in mine] == [D(70), 32]


def test_targets_of_teams_and_categories_in_quantities(session: Session, shop: Shop) -> None:
    seller = person(session)
    team = session.execute(
        text("INSERT INTO core.team (name) VALUES (:name) RETURNING id"), {"name": f"Team {seller}"}
    ).scalar_one()
    session.execute(
        text("INSERT INTO core.team_member (user_id, team_id) VALUES (:member, :team)"),
        {"member": seller, "team": team},
    )
    tea = create_category(session, {"name": f"Tea {seller}"})
    green = create_category(session, {"name": "Green", "parent_id": tea.id})
    product = shop.product("10", kind="service", category_id=green.id)
    values = {"team_id": team, "category_id": tea.id, "measure": "quantity", "unit": "quarter"}
    target = create_target(session, {**values, "amount": D(40), "first_day": DAY})
    sold(shop, seller, "10", date(2026, 1, 3), product_id=product, quantity=D(30))
    sold(shop, seller, "10", DAY)
    found = progress(session, target.id)
    assert (found.first_day, found.actual, found.percent) == (date(2026, 1, 1), D(30), D(75))


def test_a_year_is_divided_by_what_was_sold_the_year_before(session: Session, shop: Shop) -> None:
    seller = person(session)
    values = {"user_id": seller, "unit": "year", "amount": D(1000), "first_day": DAY}
    target = create_target(session, values)
    for month, amount in ((1, "100"), (2, "100"), (12, "100")):
        sold(shop, seller, amount, date(2025, month, 3))
    months = spread(session, target)
    assert [(one.first_day.month, one.amount) for one in months] == [
        (1, D("333.33")),
        (2, D("333.34")),
        (12, D("333.33")),
    ]
    with pytest.raises(Conflict, match="already"):
        spread(session, target)
    other = create_target(session, {**values, "user_id": person(session), "unit": "quarter"})
    assert [one.amount for one in spread(session, other)] == [
        D("333.33"),
        D("333.34"),
        D("333.33"),
    ]
    with pytest.raises(Conflict, match="not divided"):
        spread(session, months[0])


def test_there_is_one_target_for_a_period(session: Session) -> None:
    values: dict[str, Any] = {"user_id": person(session), "first_day": DAY, "amount": D(1)}
    target = create_target(session, values)
    with pytest.raises(Conflict, match="such a target"):
        create_target(session, {**values, "first_day": date(2026, 3, 1)})
    assert update_target(session, target, {"amount": D(2)}).amount == 2
    for amount in (D(0), D(-1), D("1e15"), D("NaN")):
        with pytest.raises(InvalidInput, match="more than nothing"):
            create_target(session, {**values, "first_day": date(2026, 5, 1), "amount": amount})
