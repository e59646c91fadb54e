"""Events: logged with what caused them, handled at once or after the commit, and again later.

The garden says PlantSown. The kitchen, which depends on it, plans a meal in the same
transaction and serves it after the commit; the market, which merely reacts, cries it out.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import select, text, update

from core.addons import lifecycle
from core.addons.options import options
from core.auth.actor import Actor
from core.db.session import savepoint
from core.errors import NotEnabled
from core.event import Event
from core.events import log as event_log
from core.events.models import LoggedEvent
from core.events.replay import replay
from core.jobs.models import Job
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.good.garden import services
from tests.fake_addons.good.garden.events import PlantSown
from tests.fake_addons.good.kitchen.models import Meal
from tests.fake_addons.good.kitchen.reactions.garden import TooSpicy
from tests.fake_addons.good.market.options import MarketOptions


def enable(kernel: Kernel, tenant: Tenant, *names: str) -> None:
    for name in names:
        lifecycle.enable(kernel, tenant, name)
    work_off(kernel, tenant)


def sow(kernel: Kernel, tenant: Tenant, name: str) -> None:
    with kernel.session(tenant, actor=Actor("user", "Ada")) as session:
        services.sow(session, name)


def meals(kernel: Kernel, tenant: Tenant) -> list[int]:
    """How often each meal was served, in the order of planning."""
    with kernel.session(tenant) as session:
        return list(session.scalars(select(Meal.served).order_by(Meal.id)))


def deliveries(kernel: Kernel, tenant: Tenant) -> list[tuple[str, str]]:
    with kernel.session(tenant) as session:
        jobs = session.scalars(select(Job).where(Job.name == "core.deliver").order_by(Job.id))
        return [(job.arguments["handler"].rpartition(".")[2], job.state) for job in jobs]


def test_an_event_is_logged_with_its_values_and_who_caused_it(
    platform: Kernel, company: Tenant
) -> None:
    enable(platform, company, "garden")
    before = datetime.now(UTC) - timedelta(minutes=1)
    sow(platform, company, "Rose")

    with platform.session(company) as session:
        logged = session.scalars(select(LoggedEvent).order_by(LoggedEvent.id)).all()[-1]
        assert (logged.name, logged.actor) == ("garden.PlantSown", "Ada")
        assert logged.payload["seeds"] == "1.50"
        assert logged.payload["on"] == "2026-03-01"
        assert logged.at > before
        assert logged.xid > 0
        event = event_log.restore(PlantSown, logged.payload)
    assert event == PlantSown(logged.payload["plant_id"], "Rose", Decimal("1.50"), date(2026, 3, 1))


def test_what_is_said_in_a_transaction_is_logged_in_its_order(
    platform: Kernel, company: Tenant
) -> None:
    """Events are written together with the commit, or in large parts: what an undone savepoint said
    was never said, and what others said before and after it keeps its place."""
    enable(platform, company, "garden")
    many = [f"Tulip {number}" for number in range(600)]
    with platform.session(company) as session:
        services.sow(session, "Rose")
        with savepoint(session):
            services.sow(session, "Lily")
        with suppress(ArithmeticError), savepoint(session):
            services.sow(session, "Weed")
            event_log.write_waiting(session)
            raise ArithmeticError
        services.sow(session, "Iris")
        for name in many:
            services.sow(session, name)
    with platform.session(company) as session:
        services.sow(session, "Thistle")
        session.rollback()
    with platform.session(company) as session:
        logged = session.scalars(select(LoggedEvent).order_by(LoggedEvent.id)).all()
        assert [one.payload["name"] for one in logged] == ["First", "Rose", "Lily", "Iris", *many]
        assert len({one.xid for one in logged}) == 2


def test_handlers_run_in_the_same_transaction_and_after_it(
    platform: Kernel, company: Tenant
) -> None:
    enable(platform, company, "kitchen", "market")

    with platform.session(company) as session:
        services.sow(session, "Rose")
        assert session.scalars(select(Meal.served)).all() == [0], "planned at once"
        assert options(session, MarketOptions).cry == "Buy Rose!"
    assert meals(platform, company) == [0], "not served before a worker comes"

    assert work_off(platform, company) == 1
    assert meals(platform, company) == [1]
    assert deliveries(platform, company) == [("serve_meal", "done")]


def test_a_handler_that_raises_undoes_the_whole_action(platform: Kernel, company: Tenant) -> None:
    enable(platform, company, "kitchen")

    with pytest.raises(TooSpicy) as failure:
        sow(platform, company, "Chili")

    assert any("plan_meal, reacting to garden.PlantSown" in n for n in failure.value.__notes__)
    assert meals(platform, company) == []
    assert deliveries(platform, company) == []
    with platform.session(company) as session:
        assert services.names(session) == ["First"]
        names = session.scalars(select(LoggedEvent.payload["name"].astext)).all()
        assert names == ["First"]


def test_addons_that_are_not_enabled_do_not_react(platform: Kernel, company: Tenant) -> None:
    enable(platform, company, "kitchen")
    lifecycle.disable(platform, company, "kitchen")
    sow(platform, company, "Rose")
    assert meals(platform, company) == []
    assert deliveries(platform, company) == []


def test_what_an_addon_would_have_done_after_it_was_disabled_is_dropped(
    platform: Kernel, company: Tenant
) -> None:
    enable(platform, company, "kitchen")
    sow(platform, company, "Rose")
    lifecycle.disable(platform, company, "kitchen")

    assert work_off(platform, company) == 1

    assert deliveries(platform, company) == [("serve_meal", "done")]
    assert meals(platform, company) == [0]


def test_a_handler_that_is_gone_from_the_code_is_not_forgotten_in_silence(
    platform: Kernel, company: Tenant
) -> None:
    enable(platform, company, "kitchen")
    sow(platform, company, "Rose")
    with platform.session(company) as session:
        session.execute(
            update(Job).values(arguments=Job.arguments.op("||")(text('\'{"handler": "old"}\'')))
        )

    work_off(platform, company)

    with platform.session(company) as session:
        job = session.scalars(select(Job).where(Job.name == "core.deliver")).one()
        assert job.state == "queued"
        assert "has no handler old for garden.PlantSown any more" in job.error


def test_an_addon_enabled_later_catches_up_from_a_date(platform: Kernel, company: Tenant) -> None:
    enable(platform, company, "garden")
    for name in ("Rose", "Lily", "Iris"):
        sow(platform, company, name)
    with platform.session(company, role="owner") as session:
        for name, at in (("First", "2026-01-15"), ("Rose", "2026-02-28"), ("Lily", "2026-03-01")):
            session.execute(
                update(LoggedEvent)
                .where(LoggedEvent.payload["name"].astext == name)
                .values(at=datetime.fromisoformat(f"{at}T12:00:00+00:00"))
            )
    enable(platform, company, "kitchen")

    with platform.session(company) as session:
        assert replay(session, "kitchen", date(2026, 3, 1)) == 2
    work_off(platform, company)

    assert meals(platform, company) == [1, 1]
    with platform.session(company) as session:
        assert replay(session, "kitchen", date(2026, 1, 1)) == 4
    assert len(meals(platform, company)) == 4, "those that were planned are not planned twice"


def test_a_day_begins_where_the_company_is(platform: Kernel, company: Tenant) -> None:
    from dataclasses import replace

    enable(platform, company, "kitchen")
    with platform.session(company, role="owner") as session:
        session.execute(update(LoggedEvent).values(at=datetime(2026, 2, 28, 22, 30, tzinfo=UTC)))

    def replayed(zone: str) -> int:
        with platform.session(replace(company, timezone=zone)) as session:
            return replay(session, "kitchen", date(2026, 3, 1))

    assert replayed("Europe/London") == 0
    assert replayed("Asia/Riyadh") == 1


def test_only_an_enabled_addon_can_catch_up(platform: Kernel, company: Tenant) -> None:
    with (
        pytest.raises(NotEnabled, match="kitchen is not enabled"),
        platform.session(company) as session,
    ):
        replay(session, "kitchen", date(2026, 1, 1))


@pytest.mark.parametrize(
    "statement", ["UPDATE core.event_log SET name = 'x'", "DELETE FROM core.event_log"]
)
def test_the_application_cannot_rewrite_the_log(
    platform: Kernel, company: Tenant, statement: str
) -> None:
    with (
        psycopg.connect(**company.runtime.conninfo()) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_an_event_cannot_be_changed_after_it_was_said() -> None:
    event = PlantSown(1, "Rose", Decimal(1), date(2026, 1, 1))
    with pytest.raises(FrozenInstanceError):
        event.name = "Thorn"  # type: ignore[misc]


def test_an_event_without_a_name_is_refused_where_it_is_defined() -> None:
    with pytest.raises(TypeError, match="Nameless needs a name"):

        class Nameless(Event):
            """Forgot to say what it is called."""
