"""An upgrade is tried on a copy of a company's database, and nobody outside notices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core.config import Config
from core.kernel import Kernel
from tenants import rehearsal
from tenants.composition import kernel_on
from tenants.control import Cluster, control
from tenants.provisioning.sweep import sweep
from tests import forked
from tests.addons.stage import load_groups
from tests.tenants.conftest import Command
from tests.tenants.fleet import GROUPS, fleet, rehearse_and_be_killed
from tests.tenants.test_upgrade_pages import operator_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def platform(config: Config, cluster: Cluster) -> Iterator[Kernel]:
    with kernel_on(config, cluster, load_groups(*GROUPS)) as kernel:
        yield kernel


@pytest.fixture
def admin(cluster: Cluster) -> Iterator[psycopg.Connection]:
    assert cluster.embedded is not None
    with psycopg.connect(cluster.embedded.url(), autocommit=True) as connection:
        yield connection


def left(admin: psycopg.Connection) -> list[str]:
    """Copies and their roles that are on the server."""
    names = admin.execute(
        "SELECT datname FROM pg_database WHERE datname ^@ 'aorabooks_try_'"
        " UNION ALL SELECT rolname FROM pg_roles WHERE rolname ^@ 'aorabooks_try_'"
    ).fetchall()
    return [name for (name,) in names]


def test_a_rehearsal_says_what_an_upgrade_would_do_and_does_nothing(
    platform: Kernel, tmp_path: Path, admin: psycopg.Connection
) -> None:
    with fleet(platform, tmp_path, 2) as ships, ExitStack() as stack:
        sound, failing = ships.companies
        ships.make_fail(failing)
        signals = "SELECT count(*) FROM tenants.work_signal"
        with platform.session(control(platform), readonly=True) as session:
            before = session.execute(text(signals)).scalar()
        # Somebody works in the company meanwhile.
        stack.enter_context(ships.later.session(sound)).execute(text("SELECT 1"))

        good = rehearsal.rehearse(ships.later, sound.slug)
        bad = rehearsal.rehearse(ships.later, failing.slug)

        assert good.passed, good.problems
        assert set(good.upgraded) == {"garden", "fails_later"}
        assert {each.name for each in good.invariants} >= {"core.addons", "core.audit"}
        assert not bad.passed
        assert any("UniqueViolation" in problem for problem in bad.problems)
        assert ships.upgraded() == [], "the companies are as they were"
        assert ships.behind() == set(ships.slugs)
        assert left(admin) == []
        with platform.session(control(platform), readonly=True) as session:
            assert session.execute(text(signals)).scalar() == before, "no worker was told"

        operator = operator_of(ships.later, stack)
        page = operator.get("/tenants/upgrades").text
        assert "passed" in page
        [newest, *_] = [part.split('"')[0] for part in page.split("upgrades/rehearsals/")[1:]]
        shown = operator.get(f"/tenants/upgrades/rehearsals/{newest}").text
        assert "It failed" in shown
        assert "UniqueViolation" in shown


def test_a_change_for_the_worse_is_seen(
    platform: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fleet(platform, tmp_path, 1) as ships:
        [company] = ships.companies
        with ships.later.session(company, role="owner") as session:
            session.execute(text("INSERT INTO fails_later.jar (label) VALUES ('plum')"))
        bring = rehearsal.upgrading.bring_current

        def careless(kernel: Kernel, tenant, **values):
            done = bring(kernel, tenant, **values)
            with kernel.session(tenant, role="owner") as session:
                session.execute(text("DELETE FROM fails_later.jar"))
                session.execute(text("DROP TRIGGER aorabooks_audit ON garden.plant"))
            return done

        monkeypatch.setattr(rehearsal.upgrading, "bring_current", careless)
        report = rehearsal.rehearse(ships.later, company.slug)
        assert {each.name for each in report.tables if not each.well} == {"fails_later.jar"}
        worse = [each for each in report.invariants if not each.well]
        assert [each.name for each in worse] == ["core.audit"]
        assert "garden.plant" in str(worse[0].after)


def test_a_copy_that_a_killed_process_left_is_swept(
    platform: Kernel, config: Config, cluster: Cluster, tmp_path: Path, admin: psycopg.Connection
) -> None:
    assert cluster.embedded is not None
    environment = {
        "AORABOOKS_DATABASE_URL": cluster.embedded.url(cluster.admin.database),
        "AORABOOKS_SECRET_KEY": config.secret_key or "",
        "AORABOOKS_VAR": str(config.var),
    }
    with fleet(platform, tmp_path, 1) as ships:
        killed = forked.start(
            rehearse_and_be_killed, ships.slugs[0], environment=environment, folder=ROOT
        ).wait()
        assert killed.status == -9, killed.err
        assert left(admin) != []
        sweep(ships.later)
        assert left(admin) == []


def test_the_command_says_it_and_ends_with_its_outcome(aorabooks: Command, kernel: Kernel) -> None:
    aorabooks("tenant", "create", "rehearsed", "--addons", "contacts")
    said = aorabooks("tenant", "rehearse", "rehearsed", "--json")
    assert said.status == 0, said.err
    assert said.json["passed"]
    assert said.json["problems"] == []
    assert aorabooks("tenant", "rehearse", "nobody").status == 1
    assert aorabooks("tenant", "canary", "rehearsed", "--json").json["canary"]
    assert aorabooks("upgrade", "pause").status == 1
    assert aorabooks("migrate", "--look", "--json").json["rehearsed"] == "up to date"
    assert aorabooks("upgrade", "show", "--json").json["status"] == "done"
