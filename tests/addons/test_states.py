"""What is enabled: decided in one place, seen by every process within a second."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.addons import lifecycle
from core.addons.catalog import Catalog
from core.addons.states import TTL, AddonRow, TenantState, TenantStates, resolve, view
from core.addons.status import statuses
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tests.addons.stage import another_process, load_groups, with_catalog

NOWHERE = DatabaseAddress("localhost", 1, "none", "none", "none")
ACME = Tenant("t1", "acme", "Acme", "active", NOWHERE, NOWHERE)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_groups("good")


def row(catalog: Catalog, name: str, state: str = "enabled", **values: str | None) -> AddonRow:
    addon = catalog.addons[name]
    made = AddonRow(name, "enabled", addon.manifest.version, addon.head, "", addon.digest)
    return replace(made, state=state, **values)


def state_of(catalog: Catalog, *rows: AddonRow, tenant: Tenant = ACME) -> TenantState:
    kernel = row(catalog, "core")
    return resolve(tenant, catalog, {one.name: one for one in (kernel, *rows)})


def test_an_addon_is_enabled_only_with_all_it_needs(catalog: Catalog) -> None:
    kitchen = row(catalog, "kitchen")
    assert state_of(catalog, kitchen).enabled == {"core"}
    off = row(catalog, "garden", "disabled")
    assert state_of(catalog, kitchen, off).enabled == {"core"}
    assert state_of(catalog, kitchen, row(catalog, "garden")).enabled == {
        "core",
        "garden",
        "kitchen",
    }


@pytest.mark.parametrize("state", ["disabled", "suspended", "purged"])
def test_what_is_not_switched_on_takes_its_dependants_along(catalog: Catalog, state: str) -> None:
    seen = state_of(catalog, row(catalog, "garden", state), row(catalog, "kitchen"))
    assert seen.enabled == {"core"}
    assert seen.rows["kitchen"].reason == "It needs garden, which is not enabled."


def test_the_package_limits_what_is_enabled_but_never_the_kernel(catalog: Catalog) -> None:
    limited = replace(ACME, allowed=frozenset({"garden"}))
    seen = state_of(catalog, row(catalog, "garden"), row(catalog, "market"), tenant=limited)
    assert seen.enabled == {"core", "garden"}


def test_an_addon_whose_code_is_gone_is_shown_with_the_reason(catalog: Catalog) -> None:
    seen = state_of(catalog, AddonRow("vanished", "enabled", "1.0", "0001"))
    assert seen.enabled == {"core"}
    assert "could not load it: it is not installed" in seen.rows["vanished"].reason


def test_the_control_plane_has_what_belongs_to_it_and_nothing_else(catalog: Catalog) -> None:
    control = replace(ACME, is_control=True, allowed=frozenset())
    assert state_of(catalog, row(catalog, "garden"), tenant=control).enabled == {"core", "tenants"}
    assert "tenants" not in state_of(catalog, row(catalog, "tenants")).enabled


def test_older_tables_are_behind_and_newer_ones_are_not(catalog: Catalog) -> None:
    assert state_of(catalog, row(catalog, "garden")).behind == frozenset()
    assert state_of(catalog, row(catalog, "garden", head="0001_garden")).behind == {"garden"}
    ahead = state_of(catalog, row(catalog, "garden", head="0099_from_a_newer_process"))
    assert ahead.behind == frozenset()
    assert "garden" in ahead.enabled


def test_files_changed_under_one_version_are_not_run(catalog: Catalog) -> None:
    garden = replace(catalog.addons["garden"], digest="now")
    outside = replace(catalog, addons={**catalog.addons, "garden": garden}, _views={}, _callers={})

    changed = state_of(outside, row(outside, "garden", digest="then"))
    assert changed.enabled == {"core"}
    assert "files were changed" in changed.rows["garden"].reason

    newer = state_of(outside, row(outside, "garden", digest="then", version="1.9.0"))
    assert newer.behind == {"garden"}


def test_a_view_holds_what_enabled_addons_declare_and_is_shared(catalog: Catalog) -> None:
    garden = catalog.view(frozenset({"core", "garden"}))
    assert garden is catalog.view(frozenset({"garden", "core", "unknown"}))
    assert "garden.plants" in garden.resources
    assert garden.permissions["garden.plant.read"].title == "See plants"
    assert len(garden.slots("garden.plant")) == 1
    none = catalog.view(frozenset({"core"}))
    assert "garden.plants" not in none.resources
    assert none.slots("garden.plant") == ()
    assert none.reactions("garden.PlantSown") == ()


def test_another_process_sees_a_toggle_within_the_time_to_live(
    platform: Kernel, company: Tenant
) -> None:
    now = 100.0
    other = another_process(platform)
    other = replace(other, states=TenantStates(other.catalog, clock=lambda: now))

    def enabled(kernel: Kernel) -> frozenset[str]:
        with kernel.session(company) as session:
            return view(session).enabled

    assert enabled(other) == {"core"}
    lifecycle.enable(platform, company, "garden")
    assert enabled(platform) == {"core", "garden"}, "the process that changed it knows at once"
    now += TTL * 0.99
    assert enabled(other) == {"core"}, "believed until the time to live is over"
    now += TTL * 0.02
    assert enabled(other) == {"core", "garden"}
    assert TTL < 1


def test_a_tenant_whose_package_changed_is_read_anew(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "garden")
    with platform.session(company) as session:
        assert "garden" in view(session).enabled
    with platform.session(replace(company, allowed=frozenset())) as session:
        assert "garden" not in view(session).enabled


def test_what_idle_tenants_had_is_forgotten(platform: Kernel, company: Tenant) -> None:
    now = 0.0
    states = TenantStates(platform.catalog, clock=lambda: now)
    with platform.session(company) as session:
        bound = session.info["aorabooks.binding"]
        for number in range(500):
            now += 0.01
            bound.tenant = replace(company, id=f"idle{number}")
            states.of(session)
    assert len(states._known) < 300


def test_the_list_of_addons_tells_how_each_is_and_why(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "kitchen")
    lifecycle.disable(platform, company, "garden", with_dependants=True)
    lifecycle.enable(platform, company, "market")
    without_market = {n: a for n, a in platform.catalog.addons.items() if n != "market"}
    catalog = replace(platform.catalog, addons=without_market, _views={}, _callers={})
    limited = replace(company, allowed=frozenset({"garden", "fails_later"}))

    with with_catalog(platform, catalog).session(limited) as session:
        shown = {one.name: one for one in statuses(session)}

    assert (shown["core"].standing, shown["core"].steps) == ("enabled", ())
    assert (shown["garden"].standing, shown["garden"].steps) == ("disabled", ("enable", "purge"))
    assert (shown["kitchen"].standing, shown["kitchen"].steps) == ("disabled", ("purge",))
    assert shown["kitchen"].reason == "It is not part of the package."
    assert (shown["fails_later"].standing, shown["fails_later"].steps) == ("available", ("enable",))
    assert (shown["market"].standing, shown["market"].steps) == ("refused", ("disable",))
    assert "could not load it" in shown["market"].reason
    assert "tenants" not in shown
