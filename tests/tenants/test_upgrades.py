"""All companies are brought to a new release: canaries first, one failing and the others done,
whoever is killed, starts twice, or is gone for a moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from core.addons import lifecycle, migrations, under_way, upgrading
from core.config import Config
from core.errors import Unavailable
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.web.app import Application
from tenants import health
from tenants.composition import kernel_on
from tenants.control import Cluster, control
from tenants.testing.browser import AppTransport, open_browser
from tenants.upgrading import fleet as upgrades
from tenants.upgrading import runner, runs
from tenants.upgrading.claims import Claim
from tests import forked
from tests.addons.stage import load_groups
from tests.tenants.fleet import ADDONS, GROUPS, STEPS, apart, fleet, unopened, work_and_be_killed
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cluster(cluster: Cluster) -> Cluster:
    """With a control plane of its own: the companies of others would count as well."""
    return apart(cluster)


@pytest.fixture(scope="module")
def platform(config: Config, cluster: Cluster) -> Iterator[Kernel]:
    with kernel_on(config, cluster, load_groups(*GROUPS)) as kernel:
        yield kernel


@pytest.fixture
def admin(cluster: Cluster) -> Iterator[psycopg.Connection]:
    assert cluster.embedded is not None
    with psycopg.connect(cluster.embedded.url(), autocommit=True) as connection:
        yield connection


def progress(kernel: Kernel) -> runs.Progress:
    with kernel.session(control(kernel), readonly=True) as session:
        run = runs.newest(session)
        assert run is not None
        return runs.progress_of(session, run.id)


def test_canaries_go_first_one_fails_and_the_others_are_done(
    platform: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fleet(platform, tmp_path, 4) as ships:
        canary, failing, *_ = ships.companies
        assert ships.behind(ships.earlier) == set(), "recorded when they were made"
        assert ships.behind() == set(ships.slugs)
        ships.make_fail(failing)
        ships.mark(canary, canary=True)
        seen: list[tuple[str, ...]] = []
        bring_up = runner._bring_up

        def noting(kernel: Kernel, tenant, claim):
            seen.append((tenant.slug, *ships.upgraded()))
            assert tenant.slug in progress(ships.later).working
            return bring_up(kernel, tenant, claim)

        with monkeypatch.context() as patched:
            patched.setattr(runner, "_bring_up", noting)
            outcome = upgrades.upgrade_all(ships.later, parallel=2)

        assert seen[0] == (canary.slug,)
        assert all(canary.slug in done for _, *done in seen[1:])
        assert not outcome.is_well
        assert outcome.said[failing.slug].startswith("failed: Fails later failed at its migrations")
        assert ships.upgraded() == ships.slugs, "who fails at one addon has the others"
        state = ships.state(failing)
        assert state.enabled == {"core", "garden"}
        assert state.rows["fails_later"].state == "suspended"
        [failure] = outcome.run.failures if outcome.run else []
        assert (failure.slug, failure.addons) == (failing.slug, ("fails_later",))
        finding = next(f for f in health.of_platform(ships.later) if f.name == "upgrades")
        assert not finding.holds
        assert failing.slug in finding.detail

        with monkeypatch.context() as patched:
            unopened(patched)
            again = upgrades.upgrade_all(ships.later)
        assert again.run is None, "nothing to do, and nobody was asked"
        assert {again.said[slug] for slug in ships.slugs} == {"up to date"}

        ships.mend(failing)
        mended = upgrades.go_on(ships.later, runs.retry, actor=runner.UPGRADER)
        assert mended.is_well
        assert ships.state(failing).enabled == {"core", "garden", "fails_later"}
        assert [ships.times(company) for company in ships.companies] == [1, 1, 1, 1]


def test_a_canary_that_fails_keeps_everybody_else_as_they_were(
    platform: Kernel, tmp_path: Path
) -> None:
    with fleet(platform, tmp_path, 3) as ships:
        canary, *others = ships.companies
        ships.mark(canary, canary=True)
        ships.make_fail(canary)
        outcome = upgrades.upgrade_all(ships.later, parallel=2)
        assert outcome.run is not None
        assert outcome.run.status == "paused"
        assert canary.slug in outcome.run.note
        assert ships.behind() == {company.slug for company in others}

        assert upgrades.upgrade_all(ships.later).run == progress(ships.later), "it rests still"
        outcome = upgrades.go_on(ships.later, runs.resume, actor=runner.UPGRADER)
        assert outcome.run is not None
        assert (outcome.run.status, outcome.run.done, outcome.run.failed) == ("done", 2, 1)
        assert ships.behind() == set()


def test_whoever_is_killed_at_any_step_leaves_nothing_half_done(
    platform: Kernel, config: Config, cluster: Cluster, tmp_path: Path
) -> None:
    assert cluster.embedded is not None
    environment = {
        "AORABOOKS_DATABASE_URL": cluster.embedded.url(cluster.admin.database),
        "AORABOOKS_SECRET_KEY": config.secret_key or "",
        "AORABOOKS_VAR": str(config.var),
    }
    with fleet(platform, tmp_path, 3) as ships:
        _, run_id = upgrades.start(ships.later, parallel=1)
        assert run_id is not None
        done = forked.start(
            work_and_be_killed, run_id, list(STEPS), environment=environment, folder=ROOT
        ).wait()
        assert done.out.splitlines() == [f"{step} -9" for step in STEPS], done.err
        assert not any(ships.slugs[-1] in each for each in progress(ships.later).working)

        outcome = upgrades.upgrade_all(ships.later)
        assert outcome.is_well
        assert ships.upgraded() == ships.slugs
        assert [ships.times(company) for company in ships.companies] == [1, 1, 1], "each once"
        assert ships.behind() == set(), "what is recorded is true again"


def test_two_operators_who_start_at_once_work_on_one_upgrade(
    platform: Kernel, tmp_path: Path
) -> None:
    with fleet(platform, tmp_path, 4) as ships, ThreadPoolExecutor(2) as pool:
        barrier = threading.Barrier(2)

        def operator(_: int) -> upgrades.Outcome:
            barrier.wait(PATIENCE)
            return upgrades.upgrade_all(ships.later, parallel=2)

        first, second = pool.map(operator, range(2))
        assert first.is_well
        assert second.is_well
        assert len({each.run.run for each in (first, second) if each.run}) == 1
        assert [ships.times(company) for company in ships.companies] == [1] * 4


def test_a_server_that_is_gone_for_a_moment_is_waited_for(
    platform: Kernel, tmp_path: Path, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_FIRST_PAUSE", 0.05)
    with fleet(platform, tmp_path, 2) as ships:
        gone = ships.companies[0]
        doors = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
        database = sql.Identifier(gone.runtime.database)
        put_back = runner._put_back

        def back(*values) -> None:
            put_back(*values)
            admin.execute(doors.format(database, sql.SQL("true")))

        monkeypatch.setattr(runner, "_put_back", back)
        admin.execute(doors.format(database, sql.SQL("false")))
        # The control plane's connections break off, too.
        bring_up, broken = runner._bring_up, []

        def breaking(kernel: Kernel, tenant, claim):
            if not broken:
                broken.append(True)
                admin.execute(
                    "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
                    " WHERE usename = %s",
                    (control(platform).runtime.user,),
                )
            return bring_up(kernel, tenant, claim)

        monkeypatch.setattr(runner, "_bring_up", breaking)
        assert upgrades.upgrade_all(ships.later, parallel=1).is_well
        assert ships.upgraded() == ships.slugs


def test_a_full_disk_is_no_fault_of_an_addon_and_is_waited_for(
    platform: Kernel, tmp_path: Path, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_FIRST_PAUSE", 0.05)
    with fleet(platform, tmp_path, 1) as ships:
        [company] = ships.companies
        address = f"{admin.info.dsn} password={admin.info.password}"
        put_back, said = runner._put_back, []
        with psycopg.connect(address, dbname=company.runtime.database, autocommit=True) as inside:
            inside.execute(
                "CREATE FUNCTION public.no_space() RETURNS event_trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
            )
            inside.execute(
                "CREATE EVENT TRIGGER full_disk ON ddl_command_start"
                " EXECUTE FUNCTION public.no_space()"
            )

            def freed(claim: Claim, error: Unavailable, seconds: float) -> None:
                said.append(error.message)
                put_back(claim, error, seconds)
                inside.execute("DROP EVENT TRIGGER IF EXISTS full_disk")

            monkeypatch.setattr(runner, "_put_back", freed)
            assert upgrades.upgrade_all(ships.later, parallel=1).is_well
        assert said == ["The disk of the database server is full. Nothing was changed."]
        assert ships.upgraded() == ships.slugs
        assert ships.state(company).enabled == {"core", *ADDONS}, "no addon was suspended for it"


def test_the_record_says_what_is_there_whatever_happens_to_a_company(
    platform: Kernel, tmp_path: Path, admin: psycopg.Connection
) -> None:
    with fleet(platform, tmp_path, 1) as ships:
        [company] = ships.companies

        def recorded() -> dict[str, tuple[str, str | None]]:
            asked = text(
                "SELECT addon, state, head FROM tenants.schema_head WHERE organization_id = :id"
            )
            with platform.session(control(platform), readonly=True) as session:
                rows = session.execute(asked, {"id": company.id})
                return {name: (state, head) for name, state, head in rows}

        def there() -> dict[str, tuple[str, str | None]]:
            rows = ships.state(company).rows
            return {name: (row.state, row.head) for name, row in rows.items()}

        name = sql.Identifier(company.runtime.database)
        backup = sql.Identifier("backup_of_fleet")
        ships.earlier.engine.broker.forget(company.runtime.database)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(backup, name))
        steps = (
            lambda: lifecycle.disable(ships.earlier, company, "fails_later"),
            lambda: lifecycle.purge(
                ships.earlier, company, "fails_later", confirmation="purge fails_later"
            ),
            lambda: lifecycle.enable(ships.earlier, company, "market"),
            lambda: upgrading.ensure_current(ships.later, company),
        )
        assert recorded() == there()
        for step in steps:
            step()
            assert recorded() == there()
        assert ships.behind() == set()

        ships.later.engine.broker.forget(company.runtime.database)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(backup, name))
        assert ships.behind() == set(ships.slugs), "restored from a backup"
        for group in (company.runtime.user, company.owner.user):
            grant = sql.SQL("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}")
            admin.execute(grant.format(name, sql.Identifier(group)))
        admin.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO aorabooks_owner").format(name))
        assert upgrades.upgrade_all(ships.later).is_well
        assert ships.upgraded() == ships.slugs
        assert recorded() == there()
        assert ships.behind() == set()


def test_who_meets_a_company_that_is_behind_waits_a_moment_and_is_told_when_to_come_back(
    platform: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fleet(platform, tmp_path, 1) as ships, ExitStack() as stack:
        [company] = ships.companies
        app = Application(ships.later)
        stack.callback(app.close)
        transport = AppTransport(app)
        stack.callback(transport.shut_down)
        browser = stack.enter_context(open_browser(transport, f"{company.slug}.localhost"))
        go_on, upgrade = threading.Event(), migrations.upgrade

        def slowly(*values) -> str | None:
            assert go_on.wait(PATIENCE)
            return upgrade(*values)

        monkeypatch.setattr(migrations, "upgrade", slowly)
        monkeypatch.setattr(under_way, "PATIENCE", 0.05)
        for _ in range(2):
            told = browser.get("/login")
            assert (told.status_code, told.headers["retry-after"]) == (503, "5")
            assert "new version" in told.text
        with pytest.raises(Unavailable, match="new version"):
            work_off(ships.later, company)
        go_on.set()
        monkeypatch.setattr(under_way, "PATIENCE", PATIENCE)
        assert browser.get("/login").status_code == 200
        assert ships.times(company) == 1
        assert ships.behind() == set()
