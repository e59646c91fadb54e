"""The year has ended where the company is, and not yet in UTC: its pages go by its own day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from addons.accounting.services.calendar import ensure_years, period_of
from addons.accounting.services.dashboard import result_by_month
from addons.accounting.services.entry_draft import EntryDraft
from addons.accounting.services.ledger import post, seal_now
from addons.accounting.services.troubles import closed_today
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)
Freeze = Callable[[datetime], object]


@pytest.fixture
def session(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """Of a company in Riyadh, three hours ahead; what it does is gone after the test."""
    with kernel.session(replace(tenant, timezone="Asia/Riyadh")) as session:
        ensure_years(session, [LAST, FIRST])
        yield session
        session.rollback()


def test_the_figures_of_the_month_are_those_of_the_month_that_began_here(
    session: Session, sale: Callable[..., EntryDraft], frozen_time: Freeze
) -> None:
    post(session, sale("12.50", day=FIRST))
    seal_now(session)
    frozen_time(datetime(2026, 12, 31, 20, 59, tzinfo=UTC))
    assert figures(session) == {}
    frozen_time(datetime(2026, 12, 31, 21, 0, tzinfo=UTC))
    assert figures(session) == {FIRST: Decimal("12.50")}


def figures(session: Session) -> dict[date | str, Decimal | int]:
    """The months in which something was earned or spent."""
    return {point.at: point.amount for point in result_by_month(session) if point.amount}


def test_a_closed_december_is_no_trouble_once_it_is_january_here(
    session: Session, frozen_time: Freeze
) -> None:
    december = period_of(session, LAST)
    assert december is not None
    december.state = "closed"
    session.flush()
    frozen_time(datetime(2026, 12, 31, 20, 59, tzinfo=UTC))
    assert [trouble.key for trouble in closed_today(session)] == [f"period:{december.id}"]
    frozen_time(datetime(2026, 12, 31, 21, 0, tzinfo=UTC))
    assert closed_today(session) == []
