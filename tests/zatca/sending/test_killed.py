"""Who sells, or sends, is killed with SIGKILL at each step from the hash to the answer: nothing is
lost, no place is taken by nothing, and nothing is sent twice in effect. What the authority has seen
before goes again with the same bytes, and counts once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import select, text

from addons.sales.models import Invoice
from addons.zatca.models import Document
from addons.zatca.services.doctor import examine
from addons.zatca.services.found import document_of as document_of_sale
from addons.zatca.services.sending.queueing import wake
from core.config import Config
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import Cluster
from tests import forked
from tests.jobs.world import wait_for_the_dead
from tests.sales.conftest import whole_company
from tests.zatca.authority.server import StandIn
from tests.zatca.sending.company import Company
from tests.zatca.sending.dying_sender import SELLING_STEPS, STEPS, sell_and_die, send_and_die
from tests.zatca.trade.trader import business, document_of, draft, goods, line, posted

pytestmark = pytest.mark.real_data


ROOT = Path(__file__).parents[3]
LEASES_END = "UPDATE core.job SET lease_until = now() - interval '1 second' WHERE state = 'running'"


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A trader with books and taxes."""
    with whole_company(kernel) as tenant:
        yield tenant


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


@pytest.mark.chaos
def test_whoever_is_killed_while_selling_takes_no_place_of_the_chain(
    company: Company, environment: dict[str, str], work: Callable[..., int]
) -> None:
    device = company.active_device()
    with company.kernel.session(company.tenant) as session:
        buyer, tea = business(session), goods(session)
        drafts = {step: draft(session, buyer, line(tea)).id for step in SELLING_STEPS}
    for step, invoice in drafts.items():
        slug = company.tenant.slug
        died = forked.start(
            sell_and_die, slug, step, invoice, environment=environment, folder=ROOT
        ).wait()
        assert died.status == -signal.SIGKILL, (step, died.err)
        wait_for_the_dead(company.kernel, company.tenant)
        with company.kernel.session(company.tenant) as session:
            is_posted = session.get_one(Invoice, invoice).number is not None
            made = document_of_sale(session, "sales.invoice", invoice)
            assert (is_posted, made is not None) == (step == "committed",) * 2, step
            after = posted(session, buyer, line(tea))
        with company.kernel.session(company.tenant) as session:
            (diagnosis,) = examine(session, device)
            assert diagnosis.sound, diagnosis.complaints
            assert document_of(session, after).counter == diagnosis.links
    work()
    with company.kernel.session(company.tenant) as session:
        states = session.scalars(select(Document.state).where(Document.device_id == device)).all()
    assert states == ["CLEARED"] * 4
