"""The year has ended where the store is, and not yet in UTC: it counts its goods by its own day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from addons.inventory.services.valuation.figures import valuation_report, value_now
from core.api import Period
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.inventory.conftest import Store


def test_what_came_on_new_years_day_is_worth_something_today_and_nothing_before_the_month(
    kernel: Kernel, tenant: Tenant, frozen_time: Callable[[datetime], object]
) -> None:
    frozen_time(datetime(2026, 12, 31, 21, 30, tzinfo=UTC))
    with kernel.session(replace(tenant, timezone="Asia/Riyadh")) as session:
        store = Store(session)
        store.receive(store.product(), "2", "7", day=date(2026, 12, 31))
        store.receive(store.product(), "1", "5", day=date(2027, 1, 1))
        (worth,) = value_now(session)
        assert (worth.value, worth.before) == (Decimal(19), Decimal(14))
        rows = valuation_report(session, Period()).rows
        assert len(rows) == 2, "also what came today"
        session.rollback()
