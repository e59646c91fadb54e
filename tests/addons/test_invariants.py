"""What doctor says of a company's addons when something is wrong with them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from core.addons import lifecycle
from core.addons.states import view
from core.declare import InvariantResult
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.addons.stage import earlier_release, with_catalog


def check(kernel: Kernel, tenant: Tenant, name: str) -> InvariantResult:
    with kernel.session(tenant, readonly=True) as session:
        found = next(o.item for o in view(session).all.invariants if o.item.name == name)
        return found.check(session)


def test_a_company_in_order_is_in_order(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "kitchen")
    lifecycle.enable(platform, company, "market")
    lifecycle.disable(platform, company, "market")

    assert check(platform, company, "core.addons") == InvariantResult(True, "3 of 3 work")
    audited = check(platform, company, "core.audit")
    assert audited.holds
    assert audited.detail == ""


def test_a_suspended_addon_is_named_with_the_reason(
    platform: Kernel, company: Tenant, tmp_path: Path
) -> None:
    earlier = with_catalog(platform, earlier_release(platform.catalog, "fails_later", tmp_path))
    lifecycle.enable(earlier, company, "fails_later")
    with platform.session(company, role="owner") as session:
        session.execute(text("INSERT INTO fails_later.jar (label) VALUES ('jam'), ('jam')"))
    lifecycle.upgrade(platform, company)

    result = check(platform, company, "core.addons")
    assert not result.holds
    assert result.figure == "1 of 2 work"
    assert "Fails later failed at its migrations: UniqueViolation" in result.detail


def test_a_table_whose_trail_was_switched_off_is_named(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "garden")
    with platform.session(company, role="owner") as session:
        session.execute(text("ALTER TABLE garden.plant DISABLE TRIGGER aorabooks_audit"))
    result = check(platform, company, "core.audit")
    assert not result.holds
    assert result.detail == "Not audited: garden.plant."
