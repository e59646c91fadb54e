"""The operator at the command line: makes a reseller, lets it sell, and sells it a customer."""

from __future__ import annotations

from addon_registry import keys
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.licensing import keys as licence_keys
from tests.tenants.conftest import Command


def test_a_reseller_is_made_with_staff_and_something_to_sell(
    aorabooks: Command, kernel: Kernel
) -> None:
    made = aorabooks(
        *("reseller", "create", "delta", "--title", "Delta Systems", "--currency", "sar"),
        *("--email", "sales@delta.example", "--json"),
    )
    assert made.status == 0, made.err
    assert (made.json["currency"], made.json["staff"], made.json["offers"]) == ("SAR", [], [])

    aorabooks("user", "create", "ann@delta.example", "--tenant", "app", "--json")
    staff = aorabooks("reseller", "staff", "delta", "ann@delta.example", "--json")
    assert [each["email"] for each in staff.json] == ["ann@delta.example"]

    sold = aorabooks("reseller", "allow", "delta", "accounting", "--cost", "12.5", "--json")
    assert sold.json["offers"] == ["accounting"]
    with kernel.session(control(kernel)) as session:
        licence_keys.hold(session, kernel.secrets, "Vendor", keys.generate())
    certified = aorabooks("reseller", "certify", "delta", "--seats", "50", "--json")
    assert certified.json["may_license"] == ["accounting"]

    gone = aorabooks("reseller", "staff", "delta", "ann@delta.example", "--remove")
    assert gone.out.strip() == "Nobody works for it yet."
    withdrawn = aorabooks("reseller", "allow", "delta", "accounting", "--withdraw", "--json")
    assert withdrawn.json["offers"] == []


def test_a_tenant_is_sold_and_its_package_is_named(aorabooks: Command, tenant: Tenant) -> None:
    aorabooks("reseller", "create", "gamma", "--json")
    sold = aorabooks("tenant", "sell", tenant.slug, "gamma", "--json").json
    assert sold["reseller"] == "gamma"
    assert aorabooks("tenant", "sell", tenant.slug, "--json").json["reseller"] is None

    assert sold["package"] is None
    named = aorabooks("tenant", "package", tenant.slug, "--allow", "accounting", "--json").json
    # What accounting needs is granted with it.
    assert named["package"] == ["accounting", "contacts"]
    everything = aorabooks("tenant", "package", tenant.slug, "--all", "--json").json
    assert everything["package"] is None


def test_what_cannot_be_done_is_said_in_a_sentence(aorabooks: Command) -> None:
    aorabooks("reseller", "create", "omega", "--json")
    tries = [
        (("reseller", "allow", "omega", "vat", "--period", "week"), 2, "month, year, once"),
        (("reseller", "allow", "omega", "vat", "--withdraw"), 1, "does not sell vat"),
        (("tenant", "create", "t1", "--reseller", "nobody"), 1, "no reseller 'nobody'"),
        (("tenant", "create", "t1", "--package", "nonsense"), 2, "no addon nonsense"),
    ]
    for arguments, status, sentence in tries:
        said = aorabooks(*arguments)
        assert sentence in said.err
        assert (said.status, said.out) == (status, "")
