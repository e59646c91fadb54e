"""A newer version of an addon is taken back: its own migrations bring the tables of each company
back that it had changed, one transaction each. While both versions run, neither fights the other.

"Later" is a process that runs today's release, "earlier" one that runs the release before, and
"returned" one that runs the release before after today's was tried.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from addon_registry.deployment.reversal import refuse_one_way
from core.addons import lifecycle
from core.addons.models import AddonLogEntry
from core.addons.states import TenantState
from core.db.session import binding
from core.errors import Conflict
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.addons.stage import earlier_release, with_catalog


def state(kernel: Kernel, tenant: Tenant) -> TenantState:
    kernel.states.forget(tenant.id)
    with kernel.session(tenant) as session:
        return binding(session).context["state"]


def has_index(kernel: Kernel, tenant: Tenant) -> bool:
    with kernel.session(tenant) as session:
        found = session.execute(text("SELECT to_regclass('garden.ix_plant_height')"))
        return found.scalar() is not None


@pytest.fixture
def earlier(platform: Kernel, tmp_path: Path) -> Kernel:
    return with_catalog(platform, earlier_release(platform.catalog, "garden", tmp_path))


@pytest.fixture
def returned(earlier: Kernel, platform: Kernel) -> Kernel:
    return returning_from(earlier, platform.catalog.addons["garden"].folder)


def returning_from(earlier: Kernel, later: Path) -> Kernel:
    catalog = earlier.catalog
    garden = replace(catalog.addons["garden"], later=later)
    addons = {**catalog.addons, "garden": garden}
    return with_catalog(earlier, replace(catalog, addons=addons, _views={}, _callers={}))


def test_tables_come_back_when_the_company_is_met(
    platform: Kernel, returned: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "garden")
    assert has_index(platform, company)
    assert state(returned, company).behind == {"garden"}

    assert lifecycle.ensure_current(returned, company).addons == ("garden",)

    assert not has_index(returned, company)
    row = state(returned, company).rows["garden"]
    assert (row.version, row.head, row.state) == ("0.9.0", "0001_garden", "enabled")
    assert lifecycle.ensure_current(returned, company).addons == ()
    with returned.session(company) as session:
        last = session.scalars(select(AddonLogEntry).order_by(AddonLogEntry.id.desc())).first()
    assert last is not None
    assert last.action == "downgrade"


def test_forward_again_is_an_upgrade_as_any_other(
    platform: Kernel, returned: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "garden")
    lifecycle.ensure_current(returned, company)
    state(platform, company)
    lifecycle.ensure_current(platform, company)
    assert has_index(platform, company)


def test_processes_of_the_version_before_leave_alone_what_a_newer_one_wrote(
    platform: Kernel, earlier: Kernel, company: Tenant
) -> None:
    lifecycle.enable(platform, company, "garden")
    assert state(earlier, company).behind == frozenset()
    assert "garden" in state(earlier, company).enabled
    assert lifecycle.ensure_current(earlier, company).addons == ()
    assert has_index(earlier, company)


def test_one_way_migrations_are_refused_before_and_suspend_the_addon_at_worst(
    platform: Kernel, earlier: Kernel, company: Tenant, tmp_path: Path
) -> None:
    one_way = tmp_path / "later" / "garden"
    shutil.copytree(platform.catalog.addons["garden"].folder, one_way)
    newest = one_way / "migrations" / "versions" / "0002_by_height.py"
    newest.write_text(newest.read_text().partition("def downgrade")[0])

    with pytest.raises(Conflict, match="0002_by_height"):
        refuse_one_way(one_way, frozenset({"0001_garden"}))
    refuse_one_way(one_way, frozenset({"0001_garden", "0002_by_height"}))

    lifecycle.enable(platform, company, "garden")
    returned = returning_from(earlier, one_way)
    state(returned, company)
    assert "garden" in lifecycle.ensure_current(returned, company).suspended
    assert has_index(returned, company), "nothing was half undone"
