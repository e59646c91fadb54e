"""New code meets old tables: each tenant is brought up whole, or stays as it was.

"Earlier" is a process that runs the release before, "later" one that runs today's.
"""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.addons import lifecycle
from core.addons.catalog import Catalog
from core.addons.discovery import AddonFolder, discover
from core.addons.loading import load
from core.addons.models import AddonLogEntry
from core.addons.states import TenantState, view
from core.db.session import binding
from core.errors import Conflict, Unavailable
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.addons.stage import FAKES, earlier_release, with_catalog
from tests.waiting import PATIENCE


def state(kernel: Kernel, tenant: Tenant) -> TenantState:
    with kernel.session(tenant) as session:
        return binding(session).context["state"]


def has_index(kernel: Kernel, tenant: Tenant) -> bool:
    with kernel.session(tenant) as session:
        found = session.execute(text("SELECT to_regclass('garden.ix_plant_height')"))
        return found.scalar() is not None


def columns(kernel: Kernel, tenant: Tenant, schema: str, table: str) -> set[str]:
    asked = text(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = :schema AND table_name = :table"
    )
    with kernel.session(tenant) as session:
        return set(session.execute(asked, {"schema": schema, "table": table}).scalars())


def put_jars(kernel: Kernel, tenant: Tenant, *labels: str) -> None:
    with kernel.session(tenant, role="owner") as session:
        for label in labels:
            session.execute(
                text("INSERT INTO fails_later.jar (label) VALUES (:label)"), {"label": label}
            )


@pytest.fixture
def earlier(platform: Kernel, tmp_path: Path) -> Kernel:
    catalog = earlier_release(platform.catalog, "garden", tmp_path)
    return with_catalog(platform, earlier_release(catalog, "fails_later", tmp_path))


def test_a_tenant_that_is_behind_is_brought_up_when_it_is_met(
    platform: Kernel, earlier: Kernel, company: Tenant
) -> None:
    lifecycle.enable(earlier, company, "kitchen")
    assert not has_index(platform, company)
    platform.states.forget(company.id)
    assert state(platform, company).behind == {"garden"}

    assert lifecycle.ensure_current(platform, company).addons == ("garden",)

    assert state(platform, company).behind == frozenset()
    assert has_index(platform, company)
    assert state(platform, company).rows["garden"].version == "2.0.0"
    assert lifecycle.ensure_current(platform, company).addons == ()


def test_many_requests_that_meet_it_at_once_upgrade_it_once(
    platform: Kernel, earlier: Kernel, company: Tenant
) -> None:
    lifecycle.enable(earlier, company, "garden")
    platform.states.forget(company.id)
    barrier, results, errors = threading.Barrier(4), [], []

    def request() -> None:
        try:
            barrier.wait(PATIENCE)
            results.append(lifecycle.ensure_current(platform, company).addons)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=request) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert errors == []
    assert sorted(results) == [(), (), (), ("garden",)]


def test_an_upgrade_that_fails_suspends_the_addon_and_the_tenant_works_on(
    platform: Kernel, earlier: Kernel, company: Tenant
) -> None:
    for name in ("garden", "needs_fails_later"):
        lifecycle.enable(earlier, company, name)
    put_jars(earlier, company, "jam", "jam")
    platform.states.forget(company.id)

    upgraded = lifecycle.upgrade(platform, company)

    assert upgraded.addons == ("garden",)
    reason = upgraded.suspended["fails_later"]
    assert reason.startswith("Fails later failed at its migrations: UniqueViolation")
    seen = state(platform, company)
    assert seen.enabled == {"core", "garden"}
    assert seen.behind == frozenset()
    assert (seen.rows["fails_later"].state, seen.rows["fails_later"].reason) == (
        "suspended",
        reason,
    )
    assert seen.rows["needs_fails_later"].reason == "It needs fails_later, which is not enabled."
    assert "half_done" not in columns(platform, company, "fails_later", "jar"), "nothing is left"
    assert has_index(platform, company)
    with platform.session(company) as session:
        failed = select(AddonLogEntry).where(AddonLogEntry.outcome == "failed")
        assert [entry.detail["reason"] for entry in session.scalars(failed)] == [reason]


def test_a_failed_upgrade_is_not_tried_by_every_request_but_on_demand(
    platform: Kernel, earlier: Kernel, company: Tenant
) -> None:
    lifecycle.enable(earlier, company, "needs_fails_later")
    put_jars(earlier, company, "jam", "jam")
    platform.states.forget(company.id)
    lifecycle.ensure_current(platform, company)
    assert lifecycle.ensure_current(platform, company).suspended == {}

    assert "fails_later" in lifecycle.retry(platform, company, "fails_later").suspended
    with platform.session(company, role="owner") as session:
        session.execute(text("DELETE FROM fails_later.jar"))
    assert lifecycle.retry(platform, company, "fails_later").addons == ("fails_later",)

    seen = state(platform, company)
    assert seen.enabled == {"core", "fails_later", "needs_fails_later"}
    assert seen.rows["fails_later"].reason == ""


def test_a_suspended_addon_can_be_disabled(
    platform: Kernel, earlier: Kernel, company: Tenant
) -> None:
    lifecycle.enable(earlier, company, "fails_later")
    put_jars(earlier, company, "jam", "jam")
    platform.states.forget(company.id)
    lifecycle.upgrade(platform, company)

    assert lifecycle.disable(platform, company, "fails_later") == ("fails_later",)
    assert lifecycle.upgrade(platform, company).suspended == {}


def test_a_kernel_that_cannot_be_upgraded_serves_nobody_and_breaks_nothing(
    platform: Kernel, company: Tenant, tmp_path: Path
) -> None:
    folder = tmp_path / "core"
    shutil.copytree(platform.catalog.addons["core"].folder / "migrations", folder / "migrations")
    core = platform.catalog.addons["core"]
    (folder / "migrations" / "versions" / "9999_bad.py").write_text(
        f'revision = "9999_bad"\ndown_revision = "{core.head}"\n\n\n'
        "def upgrade() -> None:\n    raise OSError('boom')\n"
    )
    newer = replace(core, folder=folder, revisions=(*core.revisions, "9999_bad"))
    addons = {**platform.catalog.addons, "core": newer}
    later = with_catalog(platform, replace(platform.catalog, addons=addons, _views={}, _callers={}))

    for _ in range(2):
        with pytest.raises(Unavailable, match="could not be brought up") as refusal:
            lifecycle.ensure_current(later, company)
        assert refusal.value.retry_after == 300

    with platform.session(company) as session:
        assert "core" in view(session).enabled
        reason = binding(session).context["state"].rows["core"].reason
    assert "OSError: boom" in reason
    assert lifecycle.upgrade(platform, company).addons == ("core",)
    assert state(platform, company).rows["core"].state == "enabled"


def load_from(folder: Path) -> Catalog:
    return load(discover([AddonFolder(folder)], installed=False))


def test_changed_files_of_a_third_party_are_not_run_until_somebody_accepts_them(
    platform: Kernel, company: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FAKES / "good" / "market", tmp_path / "market")
    shutil.rmtree(tmp_path / "market" / "reactions")
    for name in ("plugin.py",):
        (tmp_path / "market" / name).write_text('"""Nothing."""\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    first = with_catalog(platform, load_from(tmp_path))
    lifecycle.enable(first, company, "market")
    assert "market" in state(first, company).enabled

    (tmp_path / "market" / "plugin.py").write_text('"""Something else."""\n')
    second = with_catalog(platform, load_from(tmp_path))

    seen = state(second, company)
    assert "market" not in seen.enabled
    assert "files were changed" in seen.rows["market"].reason
    assert lifecycle.ensure_current(second, company).addons == ()
    with pytest.raises(Conflict, match="files were changed"):
        lifecycle.enable(second, company, "market")
    assert lifecycle.upgrade(second, company).addons == ("market",)
    assert "market" in state(second, company).enabled


def write_addon(folder: Path, name: str, version: str, plugin: str = "", **manifest: str) -> None:
    """An addon of a few lines; what it says on being enabled is kept in its history."""
    (folder / name).mkdir(exist_ok=True)
    lines = [f"{key} = {value}" for key, value in manifest.items()]
    (folder / name / "addon.toml").write_text(
        f'name = "{name}"\ntitle = "{name.title()}"\nsummary = "Of the tests."\n'
        f'version = "{version}"\ncore = ">=1,<2"\ncategory = "Tests"\n' + "\n".join(lines)
    )
    (folder / name / "plugin.py").write_text(plugin or '"""Nothing."""\n')
    (folder / name / "__init__.py").write_text('"""Of the tests."""\n')


ENABLED = '''"""Notes that it was enabled."""

from core.api import hookimpl


@hookimpl
def addon_enabled(session):
    session.info["set_up"] = True
    {more}
'''


def test_what_a_later_release_depends_on_is_enabled_with_its_upgrade(
    platform: Kernel, company: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    write_addon(tmp_path, "ledgers", "1.0.0")
    first = with_catalog(platform, load_from(tmp_path))
    lifecycle.enable(first, company, "ledgers")

    write_addon(tmp_path, "ledgers", "1.1.0", depends='["people"]')
    write_addon(tmp_path, "people", "1.0.0", ENABLED.format(more=""))
    second = with_catalog(platform, load_from(tmp_path))
    assert state(second, company).behind == {"people"}
    assert "ledgers" not in state(second, company).enabled

    assert lifecycle.ensure_current(second, company).addons == ("people", "ledgers")

    now = state(second, company)
    assert now.enabled >= {"people", "ledgers"}
    assert now.behind == frozenset()
    with second.session(company) as session:
        entries = session.scalars(select(AddonLogEntry).where(AddonLogEntry.addon == "people"))
        assert [entry.action for entry in entries] == ["upgrade"]
    assert lifecycle.ensure_current(second, company).addons == ()


def test_where_the_new_dependency_cannot_be_had_the_addon_rests_and_says_why(
    platform: Kernel, company: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    write_addon(tmp_path, "registers", "1.0.0")
    lifecycle.enable(with_catalog(platform, load_from(tmp_path)), company, "registers")
    write_addon(tmp_path, "registers", "1.1.0", depends='["guests"]')
    write_addon(tmp_path, "guests", "1.0.0", ENABLED.format(more='raise RuntimeError("no room")'))
    later = with_catalog(platform, load_from(tmp_path))

    narrow = replace(company, allowed=frozenset({"registers"}))
    assert state(later, narrow).behind == frozenset()
    assert "guests" in state(later, narrow).rows["registers"].reason

    later.states.forget(company.id)
    failed = lifecycle.ensure_current(later, company)
    assert "no room" in failed.suspended["guests"]
    later.states.forget(company.id)
    assert state(later, company).behind == frozenset()
    assert "registers" not in state(later, company).enabled
    assert lifecycle.ensure_current(later, company).addons == ()
