"""How addons fare is counted where they fail, shown to the administrator and, as sums, to the
operator. One that keeps failing is put aside for that company alone; everything else goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, text, update

from core.addons.models import AddonLogEntry
from core.auth.users import ADMIN_ROLE
from core.db.base import utc_now
from core.db.engine import TenantEngine
from core.db.slow import working_for
from core.health.keeping import write_counts
from core.health.measuring import KEPT, measure_addons
from core.health.models import AddonHealth
from core.health.quarantine import LIMIT, quarantine
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.repairs.finding import find
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.fleet.models import FleetAddonHealth
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant

BOOM = "/webprobe/boom"


@pytest.fixture
def carol(kernel: Kernel) -> Iterator[Tenant]:
    """A company of its own, which may lose an addon."""
    with fresh_tenant(kernel, "carol") as tenant:
        yield tenant


@pytest.fixture
def owner(sign_in_at: Callable[..., httpx.Client], carol: Tenant) -> httpx.Client:
    return sign_in_at(carol)


def health_of(kernel: Kernel, tenant: Tenant, addon: str) -> AddonHealth:
    write_counts(kernel)
    with kernel.session(tenant) as session:
        rows = session.scalars(select(AddonHealth).where(AddonHealth.addon == addon)).all()
        total = AddonHealth(addon=addon, errors=0, slow=0, job_failures=0, last_error="")
        for row in rows:
            total.errors += row.errors
            total.slow += row.slow
            total.job_failures += row.job_failures
            total.last_error = row.last_error or total.last_error
        return total


def fail(owner: httpx.Client) -> None:
    assert owner.post(BOOM).status_code == 500


def fail_often(kernel: Kernel, tenant: Tenant, times: int) -> None:
    """Count what as many failing requests would, without the tracebacks that they log."""
    for _ in range(times):
        kernel.health.count(tenant.id, "webprobe", "errors", "RuntimeError, webprobe/routes.py:1")


def patient_job(kernel: Kernel, tenant: Tenant) -> str:
    """How the addon's job stands that was asked for before the addon was put aside."""
    with kernel.session(tenant) as session:
        return session.scalars(select(Job.state).where(Job.key == "patient")).one()


def test_an_unhandled_error_is_counted_for_the_addon_whose_code_raised_it(
    kernel: Kernel, carol: Tenant, owner: httpx.Client
) -> None:
    fail(owner)
    fail(owner)
    found = health_of(kernel, carol, "webprobe")
    assert found.errors == 2
    assert found.last_error.startswith("RuntimeError, webprobe/routes.py:")
    assert "hunter2" not in found.last_error, "what an error says may be anybody's secret"


def test_what_is_refused_with_a_sentence_is_no_error(
    kernel: Kernel, carol: Tenant, owner: httpx.Client
) -> None:
    assert owner.get("/webprobe/refuse").status_code == 422
    assert health_of(kernel, carol, "webprobe").errors == 0


def test_a_part_that_is_left_out_of_a_page_is_counted_and_puts_nobody_aside(
    kernel: Kernel, carol: Tenant, owner: httpx.Client
) -> None:
    for _ in range(3):
        assert owner.get("/").status_code == 200
    assert health_of(kernel, carol, "webprobe").errors >= 3
    with kernel.session(carol) as session:
        session.execute(update(AddonHealth).values(errors=1000, answered=1000))
    owner.get("/")
    write_counts(kernel)
    assert owner.get("/webprobe/hello").status_code == 200


def test_an_addon_that_keeps_failing_is_put_aside_for_this_company_alone(
    kernel: Kernel,
    carol: Tenant,
    acme: Tenant,
    owner: httpx.Client,
    admin: httpx.Client,
) -> None:
    fail_often(kernel, carol, LIMIT - 1)
    write_counts(kernel)
    assert owner.get("/webprobe/hello").status_code == 200
    with kernel.session(carol) as session:
        enqueue(session, "webprobe.look_at_the_clock", key="patient")
    fail(owner)
    write_counts(kernel)
    assert owner.get("/webprobe/hello").status_code == 404
    assert owner.get("/").status_code == 200
    work_off(kernel, carol)
    assert patient_job(kernel, carol) == "queued"
    assert admin.get("/webprobe/hello").status_code == 200, "another company keeps it"
    with kernel.session(carol) as session:
        (trouble,) = (f.trouble for f in find(session) if f.trouble.key == "addon:webprobe")
        assert str(LIMIT) in trouble.cause
        assert "webprobe/routes.py" in trouble.cause
        assert trouble.remedy is not None
        remedy = trouble.remedy.url
        logged = session.scalars(
            select(AddonLogEntry.action).where(AddonLogEntry.addon == "webprobe")
        )
        assert list(logged).count("quarantine") == 1
    page = owner.get("/settings/addon-health")
    assert "Put aside" in page.text
    assert owner.post(remedy).status_code == 303
    assert owner.get("/webprobe/hello").status_code == 200
    work_off(kernel, carol)
    assert patient_job(kernel, carol) == "done"
    fail(owner)
    write_counts(kernel)
    assert owner.get("/webprobe/hello").status_code == 200, "it begins at nothing again"


def test_two_processes_put_it_aside_once(
    kernel: Kernel, carol: Tenant, owner: httpx.Client
) -> None:
    fail_often(kernel, carol, LIMIT)
    write_counts(kernel)
    assert quarantine(kernel, carol, "webprobe") is False


def test_an_addon_that_ships_with_the_platform_is_counted_and_stays(
    kernel: Kernel, carol: Tenant, owner: httpx.Client
) -> None:
    for _ in range(LIMIT * 2):
        kernel.health.count(carol.id, "accounting", "errors", "KeyError")
    assert health_of(kernel, carol, "accounting").errors == LIMIT * 2
    assert owner.get("/accounting/entries").status_code == 200


def test_failures_of_long_ago_put_nobody_aside(
    kernel: Kernel, carol: Tenant, owner: httpx.Client
) -> None:
    fail_often(kernel, carol, LIMIT - 1)
    write_counts(kernel)
    with kernel.session(carol) as session:
        earlier = AddonHealth.minute - timedelta(minutes=11)
        session.execute(update(AddonHealth).values(minute=earlier))
    fail(owner)
    write_counts(kernel)
    assert owner.get("/webprobe/hello").status_code == 200


def test_jobs_that_fail_are_counted(kernel: Kernel, carol: Tenant) -> None:
    with kernel.session(carol) as session:
        enqueue(session, "core.send_mail", nobody="knows this argument")
    work_off(kernel, carol)
    found = health_of(kernel, carol, "core")
    # Tried again where its pause is over already, and counted again.
    assert found.job_failures == found.errors >= 1
    assert found.last_error == "TypeError"


def test_slow_statements_are_counted_for_whom_they_ran(kernel: Kernel, carol: Tenant) -> None:
    slow: list[tuple[str, str]] = []
    watched = replace(kernel, engine=TenantEngine(kernel.engine.broker))
    watched.engine.watch_slow(lambda tenant, addon, _: slow.append((tenant, addon)), seconds=0)
    with watched.session(carol) as session:
        with working_for(carol.id, "webprobe"):
            session.execute(text("SELECT 1"))
        session.execute(text("SELECT 2"))
    assert slow == [(carol.id, "webprobe")]


def test_the_operator_sees_sums_and_nothing_of_what_was_done(
    kernel: Kernel, carol: Tenant, owner: httpx.Client, transport: AppTransport
) -> None:
    fail_often(kernel, carol, 3)
    write_counts(kernel)
    with kernel.session(carol) as session:
        measure_addons(session)
    with open_browser(transport, "app.localhost") as operator:
        sign_in(kernel, control(kernel), operator, [ADMIN_ROLE])
        listed = operator.get("/api/v1/tenants/addon-health?limit=500").json()["data"]
        assert operator.get("/tenants/addon-health").status_code == 200
    with kernel.session(control(kernel)) as session:
        mine = select(FleetAddonHealth).where(
            FleetAddonHealth.organization_id == carol.id, FleetAddonHealth.addon == "webprobe"
        )
        (kept,) = session.scalars(mine)
        assert (kept.errors, kept.quarantined) == (3, False)
        assert kept.storage is not None
        assert kept.storage > 0
    (told,) = (each for each in listed if each["id"] == kept.id)
    assert told["errors"] == 3
    assert "RuntimeError" not in str(listed)


def test_old_minutes_are_forgotten(kernel: Kernel, carol: Tenant, owner: httpx.Client) -> None:
    fail(owner)
    write_counts(kernel)
    with kernel.session(carol) as session:
        session.execute(update(AddonHealth).values(minute=utc_now() - KEPT - timedelta(days=1)))
    with kernel.session(carol) as session:
        measure_addons(session)
    assert health_of(kernel, carol, "webprobe").errors == 0
