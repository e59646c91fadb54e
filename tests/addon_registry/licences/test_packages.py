"""What a company may use: its package, and besides it what is licensed. Neither takes from the
other, and what needs no licence is there in any case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.addons import lifecycle
from core.addons.models import AddonRecord
from core.addons.states import TenantState
from core.errors import Forbidden
from core.kernel import Kernel
from core.licensing.clock import watch
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.models import Organization
from tests.addon_registry.licences.conftest import DAY, Vendor, current

StateOf = Callable[[Tenant], TenantState]


def package(kernel: Kernel, shop: Tenant, vendor: Vendor, *addons: str) -> None:
    """Let the company's package hold these addons and no others."""
    with kernel.session(control(kernel)) as session:
        session.get_one(Organization, shop.id).allowed_addons = list(addons)
    vendor.heard(shop)


def test_a_package_and_licences_add_up(
    kernel: Kernel, shop: Tenant, vendor: Vendor, state_of: StateOf
) -> None:
    package(kernel, shop, vendor, "loyalty")
    state = state_of(shop)
    assert state.standings["loyalty"].kind == "included"
    assert "kiosk" not in state.enabled
    assert "not part of the package" in state.rows["kiosk"].reason
    vendor.grants(shop, "kiosk")
    assert state_of(shop).standings["kiosk"].kind == "licensed"
    assert state_of(shop).standings["loyalty"].kind == "included"


def test_what_the_package_includes_needs_no_licence_and_no_seat(
    kernel: Kernel, shop: Tenant, vendor: Vendor, state_of: StateOf
) -> None:
    package(kernel, shop, vendor, "kiosk", "loyalty")
    vendor.grants(shop, "kiosk", ends=-20 * DAY, seats=1)
    assert state_of(shop).standings["kiosk"].kind == "included"
    assert not state_of(shop).read_only


def test_with_an_empty_package_a_licence_is_what_it_takes(
    kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    lifecycle.disable(kernel, shop, "kiosk")
    package(kernel, shop, vendor)
    with pytest.raises(Forbidden, match="not part of this company's package"):
        lifecycle.enable(kernel, current(kernel, shop), "kiosk")
    vendor.grants(shop, "kiosk", begins=2 * DAY, ends=20 * DAY)
    with pytest.raises(Forbidden):
        lifecycle.enable(kernel, current(kernel, shop), "kiosk")
    vendor.grants(shop, "kiosk", begins=-1 * DAY, ends=20 * DAY, trial=True)
    assert lifecycle.enable(kernel, current(kernel, shop), "kiosk") == ("kiosk",)


def test_the_nightly_job_keeps_the_highest_time_and_never_a_lower_one(
    kernel: Kernel, shop: Tenant
) -> None:
    seen = select(AddonRecord.seen_at).where(AddonRecord.name == "core")
    with kernel.session(shop) as session:
        watch(session)
    with kernel.session(shop) as session:
        first = session.scalar(seen)
        watch(session)
    with kernel.session(shop) as session:
        second = session.scalar(seen)
    assert first is not None
    assert second is not None
    assert second >= first
