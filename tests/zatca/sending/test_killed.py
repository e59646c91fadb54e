"""A worker is killed with SIGKILL at each step between the signature and the answer: nothing is
lost, and nothing is sent twice in effect. What the authority has seen before goes again with the
same bytes, and counts once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import select, text

from addons.zatca.models import Document
from addons.zatca.services.sending.queueing import wake
from core.config import Config
from core.db.base import utc_now
from tenants.control import Cluster
from tests import forked
from tests.jobs.world import wait_for_the_dead
from tests.zatca.authority.server import StandIn
from tests.zatca.sending.company import Company
from tests.zatca.sending.dying_sender import STEPS, send_and_die

pytestmark = pytest.mark.real_data


ROOT = Path(__file__).parents[3]
LEASES_END = "UPDATE core.job SET lease_until = now() - interval '1 second' WHERE state = 'running'"


@pytest.fixture
def environment(config: Config, cluster: Cluster, authority: StandIn) -> dict[str, str]:
    """What leads a process to the tests' platform, and to the stand-in."""
    admin = cluster.admin
    where = urlencode({"host": admin.host, "port": admin.port})
    credentials = f"{quote(admin.user, safe='')}:{quote(admin.password, safe='')}"
    return os.environ | {
        "AORABOOKS_DATABASE_URL": f"postgresql://{credentials}@/{admin.database}?{where}",
        "AORABOOKS_SECRET_KEY": str(config.secret_key),
        "AORABOOKS_VAR": str(config.var),
    }


@pytest.mark.chaos
def test_whenever_the_worker_is_killed_everything_arrives_once(
    company: Company,
    authority: StandIn,
    environment: dict[str, str],
    work: Callable[..., int],
) -> None:
    device = company.active_device("0100")
    for step in STEPS:
        documents = [company.signed(device) for _ in range(2)]
        with company.kernel.session(company.tenant) as session:
            wake(session, device)
        died = forked.start(
            send_and_die, company.tenant.slug, step, environment=environment, folder=ROOT
        ).wait()
        assert died.status == -signal.SIGKILL, (step, died.err)
        wait_for_the_dead(company.kernel, company.tenant)
        with company.kernel.session(company.tenant) as session:
            session.execute(text(LEASES_END))
        work(utc_now() + timedelta(hours=1))
        with company.kernel.session(company.tenant) as session:
            found = session.scalars(select(Document).where(Document.id.in_(documents))).all()
            ours = {(one.uuid, one.hash) for one in found}
            assert {one.state.removesuffix("_WITH_WARNINGS") for one in found} == {"REPORTED"}
            assert {warning["code"] for one in found for warning in one.warnings} <= {"answer-lost"}
        received = authority.register.received
        assert {(one.uuid, one.hash) for one in received.values() if one.uuid in dict(ours)} == ours
    sent: dict[str, set[str]] = {}
    for uuid, _, body in authority.register.submissions:
        sent.setdefault(uuid, set()).add(body)
    assert all(len(bodies) == 1 for bodies in sent.values())
