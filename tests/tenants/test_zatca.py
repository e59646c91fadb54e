"""`aorabooks zatca doctor` says whether a tenant's chains of electronic invoices are sound."""

from __future__ import annotations

from addons.zatca.models import ChainEnd
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.tenants.conftest import Command
from tests.zatca.trade.trader import have_device


def test_the_operator_asks_the_doctor(aorabooks: Command, kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        device = have_device(session)
    sound = aorabooks("zatca", "doctor", tenant.slug)
    assert (sound.status, "all chains are sound" in sound.out) == (0, True)
    with kernel.session(tenant) as session:
        session.add(ChainEnd(device_id=device, next_counter=7))
    bent = aorabooks("zatca", "doctor", tenant.slug, "--json")
    assert bent.status == 1
    assert [(one["sound"], one["links"]) for one in bent.json] == [(False, 0)]
    assert aorabooks("zatca", "doctor", "nobody").status == 1
