"""Several PostgreSQL servers, web machines and workers and Redis serve many companies. While people
of all companies read and write, one part after the other is killed and comes back, and companies
move from server to server.

Nobody is answered from another company's data; what was confirmed is there, once; what was
confirmed to nobody is done once when it is asked for again; a server that is down takes only its
own companies with it; and in the end all that must be true is true, in every company.

The short form is part of every run. The long form is one command:
AORABOOKS_CHAOS=long .venv/bin/pytest tests/many_machines -s
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from core.config import from_environment
from core.kernel import Kernel
from tenants import health
from tenants.composition import kernel_on
from tenants.control import control, find_cluster
from tenants.fleet import registering
from tenants.models import Organization
from tenants.move_models import Move
from tenants.moving import steps
from tenants.provisioning.create import create_tenant
from tenants.testing.cluster import scratch_folder
from tenants.wishes import NewOrganization
from tests.many_machines.machines import SERVERS, WEBS, WORKERS, Site
from tests.many_machines.people import Company, People, join
from tests.own_redis import Server

ADDONS = Path(__file__).parents[1] / "isolation" / "addons"
SEED = 20261124


@dataclass(frozen=True, slots=True)
class Form:
    """How many companies there are, how many people ask for them at once, and how many of the
    companies move."""

    companies: int
    threads: int
    moves: int


FORMS = {
    "short": Form(companies=12, threads=4, moves=2),
    "long": Form(companies=1_000, threads=8, moves=10),
}
FORM = FORMS[os.environ.get("AORABOOKS_CHAOS", "short")]
FORM = replace(FORM, companies=int(os.environ.get("AORABOOKS_CHAOS_COMPANIES", FORM.companies)))
A_COMPANYS_ROOM = 20 * 2**20
"""Bytes on the disk of its server, its share of the log included."""
_NOT_ONCE = """
SELECT word FROM noise.mark GROUP BY word
HAVING count(*) FILTER (WHERE via = 'api') <> 1 OR count(*) FILTER (WHERE via = 'job') <> 1
"""
"""Words that were not written once, or whose job was not done once."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A while in which these companies may be told to come back later."""

    companies: frozenset[str]
    began: float
    ended: float


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with (
        scratch_folder(2**30 + FORM.companies * A_COMPANYS_ROOM) as folder,
        Site(folder, Server(tmp_path), ADDONS).databases() as site,
    ):
        yield site


@pytest.fixture
def kernel(site: Site) -> Iterator[Kernel]:
    """A process of the test's own, beside the others."""
    before = structlog.get_config()
    config = from_environment(site.environment())
    with kernel_on(config, find_cluster(config)) as kernel:
        yield kernel
    structlog.configure(**before)


@pytest.mark.chaos
@pytest.mark.redis
def test_whatever_dies_nobody_gets_anothers_data_and_nothing_is_lost(
    site: Site, kernel: Kernel
) -> None:
    clock = Clock()
    companies = found(site, kernel)
    clock.tell(f"{len(companies)} companies on {len(SERVERS)} servers")
    people = People(companies, WEBS, site.port)
    troubles = []
    with site.programs():
        clock.tell("all processes started")
        with people.at_work(FORM.threads, SEED):
            people.await_answers(companies)
            clock.tell("everybody was answered")
            die_and_come_back(site, people, WEBS[0])
            die_and_come_back(site, people, WORKERS[0])
            lose_redis(site, people)
            clock.tell("a web machine, a worker and Redis died and came back")
            for company in companies[: FORM.moves]:
                here = SERVERS.index(company.tenant.server)
                to = SERVERS[(here + 1) % len(SERVERS)]
                troubles.append(move(kernel, people, company, to))
            clock.tell(f"{FORM.moves} companies moved")
            troubles += [lose_server(site, people, name) for name in ("second", "first")]
        clock.tell(f"{len(people.heard)} answers")
        people.settle()
        check_troubles(people, troubles)
        for company in companies:
            check_books(kernel, people, company)
        people.await_that(lambda: are_in_time(kernel), "the workers do not keep up")
    clock.tell("all books are right")
    wrong = [each for each in health.of_platform(kernel) if not each.holds]
    assert [each for each in wrong if each.name != "disk"] == []


class Clock:
    """Says how long each part took, for who runs the long form."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def tell(self, what: str) -> None:
        now = time.monotonic()
        print(f"{now - self._since:7.1f} s  {what}", flush=True)
        self._since = now


def found(site: Site, kernel: Kernel) -> list[Company]:
    """The companies, spread over all servers."""
    with kernel.session(control(kernel)) as session:
        for name in SERVERS[1:]:
            registering.add(session, kernel.secrets, name, site.address(name))
    companies = []
    for number in range(FORM.companies):
        wish = NewOrganization(f"many-{number}", addons=("noise",))
        companies.append(join(kernel, create_tenant(kernel, wish)))
    assert Counter(company.tenant.server for company in companies).keys() == set(SERVERS)
    return companies


def die_and_come_back(site: Site, people: People, name: str) -> None:
    """A web machine or a worker; everybody is served meanwhile."""
    site.kill(name)
    people.await_answers(people.companies)
    site.start(name)


def lose_redis(site: Site, people: People) -> None:
    """What is kept there is worth nothing: everybody is served without it."""
    site.redis.kill()
    people.await_answers(people.companies)
    site.redis.start()


def lose_server(site: Site, people: People, name: str) -> Trouble:
    """Its companies are told to come back, and are served again when it is there again. With the
    first goes the control plane, and with that everybody's way in."""
    inside = [each for each in people.companies if each.tenant.server == name]
    others = [each for each in people.companies if each.tenant.server != name]
    began = time.monotonic()
    site.kill_server(name)
    down = time.monotonic()
    if name != "first":
        people.await_answers(others)
    people.await_that(
        lambda: (
            {each.company for each in people.heard if each.began > down and each.status == 503}
            >= {each.slug for each in inside}
        ),
        "companies of a dead server were not told so",
    )
    site.start_server(name)
    people.await_answers(people.companies)
    lost = people.companies if name == "first" else inside
    return Trouble(frozenset(each.slug for each in lost), began, time.monotonic())


def move(kernel: Kernel, people: People, company: Company, server: str) -> Trouble:
    """To another server, by a worker, while its people read and write."""
    began = time.monotonic()
    with kernel.session(control(kernel)) as session:
        organization = session.get_one(Organization, company.tenant.id, with_for_update=True)
        target = registering.find(session, server)
        move_id = steps.begin_later(session, organization, target, confirmed=False).id

    def is_there() -> bool:
        with kernel.session(control(kernel), readonly=True) as session:
            found = session.get_one(Move, move_id)
        assert found.phase not in ("failed", "cancelled"), found.problem
        return found.phase == "kept"

    with people.crowding(company):
        people.await_that(is_there, f"{company.slug} did not arrive")
        people.await_answers([company], each=4)
    kernel.directory.forget(company.tenant.id)
    moved = kernel.directory.find_id(company.tenant.id)
    assert moved is not None
    assert moved.server == server
    company.tenant = moved
    return Trouble(frozenset({company.slug}), began, time.monotonic())


def check_troubles(people: People, troubles: Sequence[Trouble]) -> None:
    """Nobody was told to come back but companies in trouble, while they were."""
    unexplained = [
        each
        for each in people.heard
        if each.status not in (200, 201)
        and not any(
            each.company in trouble.companies
            and each.began < trouble.ended
            and each.ended > trouble.began
            for trouble in troubles
        )
    ]
    assert unexplained == []


def are_in_time(kernel: Kernel) -> bool:
    """Whether nobody's jobs have waited for long."""
    return kernel.board.figures().late_seconds < health.LATE_SECONDS / 2


def check_books(kernel: Kernel, people: People, company: Company) -> None:
    """Each word that was confirmed is there, written once and its job done once; nothing else is
    there; and all invariants hold."""

    def marks() -> set[str]:
        with kernel.session(company.tenant, readonly=True) as session:
            return set(session.scalars(text("SELECT word FROM noise.mark WHERE via = 'job'")))

    people.await_that(lambda: marks() >= set(company.told), f"jobs of {company.slug} were lost")
    with kernel.session(company.tenant, readonly=True) as session:
        assert session.execute(text(_NOT_ONCE)).all() == []
        words = session.scalars(text("SELECT word FROM noise.mark WHERE via = 'api'"))
        assert sorted(words) == sorted(company.told)
    assert [each for each in health.of_tenant(kernel, company.tenant) if not each.holds] == []
