"""`aorabooks zatca doctor` says whether a tenant's chains of electronic invoices are sound;
`samples` writes a document for every scenario."""

from __future__ import annotations

import csv
from pathlib import Path

from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from addons.zatca.documents.verifying import verify
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


def test_samples_are_one_chain_that_anybody_can_verify(aorabooks: Command, tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    written = aorabooks("zatca", "samples", str(folder))
    assert written.status == 0
    with (folder / "index.csv").open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == len(list(folder.glob("*.xml"))) > 200
    previous = FIRST_PREVIOUS_HASH
    for row in rows:
        assert row["previous_hash"] == previous
        assert verify((folder / row["file"]).read_bytes(), previous) == ()
        previous = row["hash"]
    again = aorabooks("zatca", "samples", str(folder))
    assert (again.status, "Name a new folder" in again.err) == (1, True)
