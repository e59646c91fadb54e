"""`aorabooks zatca doctor` says whether a tenant's chains of electronic invoices are sound,
`status` what waits and what somebody should see to; `samples` writes a document for every
scenario."""

from __future__ import annotations

import csv
import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

from addons.zatca.documents.signing import RIYADH
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from addons.zatca.documents.verifying import verify
from addons.zatca.models import ChainEnd, Device, Exchange, Unmade
from addons.zatca.services.sending.patience import FAILURES_TO_OPEN
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.tenants.conftest import Command
from tests.zatca.sending.company import have_document
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


def test_the_operator_asks_how_everything_stands(
    aorabooks: Command, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        device = have_device(session)
        session.get_one(Device, device).name = "Head office"
        young = have_document(session, device, utc_now() - timedelta(hours=1)).number
    well = aorabooks("zatca", "status", "--tenant", tenant.slug)
    assert well.status == 0, well.err
    assert {"Head office", "active", "2031-01-01 00:00 UTC"} <= set(re.split(" {2,}", well.out))
    assert "PENDING 1" in well.out
    assert f"the oldest that waits is {young}" in well.out
    with kernel.session(tenant) as session:
        old = have_document(session, device, utc_now() - timedelta(hours=21))
        session.add(Unmade(source_type="pos.sale", source_id=1, number="R01-7",
                           happened_at=utc_now(), problems=[]))  # fmt: skip
        session.add_all(
            Exchange(device_id=device, document_id=old.id, at=utc_now(), endpoint="reporting",
                     status=503, outcome="not_received") for _ in range(FAILURES_TO_OPEN)
        )  # fmt: skip
        session.get_one(Device, device).stopped_at = utc_now()
    ill = aorabooks("zatca", "status", "--json")
    assert ill.status == 1
    (told,) = (one for one in ill.json if one["tenant"] == tenant.slug)
    assert (told["documents"], told["unmade"]) == ({"PENDING": 2}, 1)
    assert told["oldest"]["number"] == old.number
    assert datetime.fromisoformat(told["oldest"]["deadline_at"]) == old.deadline_at
    (environment,) = told["environments"]
    assert (environment["failures"], environment["shut_until"] is None) == (5, False)
    keys = {one["key"] for one in told["troubles"]}
    assert keys == {"zatca.deadline", "zatca.unmade", f"zatca.stopped.{device}"}
    read = aorabooks("zatca", "status", "--tenant", tenant.slug)
    assert "nothing is sent to simulation before" in read.out
    assert "1 sales without their document" in read.out
    assert "Nothing of Head office is sent" in read.err
    assert aorabooks("zatca", "status", "--tenant", "nobody").status == 1


def test_the_operator_writes_the_archive(
    aorabooks: Command, kernel: Kernel, tenant: Tenant, tmp_path: Path
) -> None:
    with kernel.session(tenant) as session:
        device = have_device(session)
        documents = [have_document(session, device, utc_now()) for _ in range(3)]
        day = documents[0].issue_at.astimezone(RIYADH).date()
    asked = ("--tenant", tenant.slug, "--from", f"{day}", "--to", f"{day}", "--device")
    archive = tmp_path / "archive.zip"
    written = aorabooks("zatca", "archive", str(archive), *asked, str(device))
    assert written.status == 0, written.err
    with zipfile.ZipFile(archive) as opened:
        kept = [opened.read(name) for name in opened.namelist() if name.startswith("signed/")]
    assert kept == [document.xml for document in documents]
    assert aorabooks("zatca", "archive", str(archive), *asked, str(device)).status == 1
    other = str(tmp_path / "other.zip")
    assert "no such device" in aorabooks("zatca", "archive", other, *asked, "999999").err


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
