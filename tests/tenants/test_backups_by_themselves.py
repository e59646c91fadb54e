"""What happens without anybody asking: a backup each night where the company is, a proof each week,
and an alarm where a backup is late, small or not proven."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from core.addons.options import set_options
from core.db.base import utc_now
from core.jobs.models import Job
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.backups import alarms, destinations, tending
from tenants.backups.models import Backup
from tenants.backups.plan import BackupPlan
from tenants.control import control
from tenants.models import Organization
from tests.tenants.bucket import Bucket

EARLIER = timedelta(hours=2)


def asked_for(kernel: Kernel) -> set[str]:
    """Whose backups and which proofs are asked for by one look."""
    with kernel.session(control(kernel)) as session:
        session.execute(delete(Job).where(Job.name.in_((tending.MAKE, tending.PROVE))))
        tending.begin_due(session)
        tending.tend(session)
        session.flush()
        wanted = session.scalars(
            select(Job).where(Job.name.in_((tending.MAKE, tending.PROVE)), Job.state == "queued")
        )
        ids = {job.arguments["backup_id"]: job.name for job in wanted}
        rows = session.scalars(select(Backup).where(Backup.id.in_(ids)))
        return {f"{ids[row.id].removeprefix('tenants.')} {row.slug}" for row in rows}


def change(kernel: Kernel, tenant: Tenant, **values: object) -> None:
    with kernel.session(control(kernel)) as session:
        mine = update(Backup).where(Backup.tenant_id == tenant.id)
        session.execute(mine.values(**values))


def test_each_night_where_the_company_is(
    kernel: Kernel,
    tenant: Tenant,
    second_tenant: Tenant,
    storage: Bucket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert asked_for(kernel) == set(), "nothing is backed up before there is a destination"
    with kernel.session(control(kernel)) as session:
        destinations.declare(
            session, kernel.secrets, name="vault", scheme="s3", options=storage.options
        )
        set_options(session, BackupPlan, hour=utc_now().hour)
        further = session.get_one(Organization, second_tenant.id)
        further.timezone = "Etc/GMT+1"  # where it is an hour earlier
    both = {f"make_backup {each.slug}" for each in (tenant, second_tenant)}
    monkeypatch.setattr(tending, "QUEUE", 1)
    (first,) = asked_for(kernel)
    assert asked_for(kernel) == set(), "the queue is full"
    monkeypatch.undo()
    rest = asked_for(kernel)
    assert first not in rest, "it is under way"
    assert {first, *rest} >= both
    assert asked_for(kernel) == set(), "they are under way"

    for each in (tenant, second_tenant):
        change(kernel, each, status="whole", begun_at=utc_now() - EARLIER, proven_at=utc_now())
    assert asked_for(kernel) & both == {f"make_backup {tenant.slug}"}, "its night has come"
    change(kernel, tenant, status="failed", begun_at=utc_now())
    assert asked_for(kernel) & both == set(), "a failed one is made again after an hour"

    change(kernel, second_tenant, proven_at=None)
    assert f"prove_backup {second_tenant.slug}" in asked_for(kernel)
    with kernel.session(control(kernel)) as session:
        set_options(session, BackupPlan, hour=BackupPlan().hour)


def test_alarms(kernel: Kernel, tenant: Tenant, storage: Bucket) -> None:
    with kernel.session(control(kernel)) as session:
        destinations.declare(
            session, kernel.secrets, name="vault", scheme="s3", options=storage.options
        )
        session.execute(
            update(Organization)
            .where(Organization.id == tenant.id)
            .values(created_at=utc_now() - timedelta(days=9))
        )
    assert "late" in said_of(kernel, tenant)
    asked_for(kernel)
    change(kernel, tenant, status="whole")
    assert said_of(kernel, tenant) == ""
    for wrong, word in (
        ({"small": True}, "smaller"),
        ({"small": False, "proof": "failed", "problem": "books: differ"}, "differ"),
        ({"proof": "none", "status": "failed", "problem": "disk full"}, "disk full"),
        ({"status": "whole", "problem": "", "begun_at": utc_now() - timedelta(days=2)}, "late"),
    ):
        change(kernel, tenant, **wrong)
        assert word in said_of(kernel, tenant)


def said_of(kernel: Kernel, tenant: Tenant) -> str:
    with kernel.session(control(kernel), readonly=True) as session:
        return "; ".join(str(why) for slug, why in alarms.alarms(session) if slug == tenant.slug)
