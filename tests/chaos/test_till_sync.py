"""Tills sell through a network that drops, delays, repeats, reorders and truncates, while their
browsers, web processes, worker, Redis and PostgreSQL are killed. In the end every receipt that was
printed has exactly one sale, one stock effect and one journal entry in the books of its own
company, and all that must be true is true.

The short form is part of every run. The long form is one command:
AORABOOKS_CHAOS=long .venv/bin/pytest tests/chaos/test_till_sync.py -s
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from addons.pos.services.cashiers.keeping import create_cashier, set_pin
from core.auth import users
from core.config import from_environment
from core.kernel import Kernel
from core.repairs.checking import check_invariants
from core.repairs.finding import failing_invariants
from core.tenancy.tenant import Tenant
from tenants.composition import running_kernel
from tenants.testing.cluster import scratch_folder
from tests.chaos.bad_network import BadNetwork
from tests.chaos.platform import Platform
from tests.chaos.registers import CASHIER, CODE, LONG, Chromium, Simulated
from tests.machine import Machine, free_port
from tests.own_redis import Server
from tests.pos.app.till import PIN, Shop
from tests.pos.shop import TillShop


@dataclass(frozen=True, slots=True)
class Form:
    """How much is done: by simulated tills and threads that work them off, by browsers; and how
    often something is killed, with seconds between. A browser has so many `lives`."""

    companies: tuple[str, ...]
    receipts: int
    tills: int
    threads: int
    browsers: int
    lives: int
    kills: int
    between: tuple[float, float]
    pause: float
    burst: int
    power_every: float


FORMS = {
    "short": Form(
        companies=("demo",),
        receipts=30,
        tills=2,
        threads=1,
        browsers=1,
        lives=1,
        kills=3,
        between=(0.3, 0.8),
        pause=2.0,
        burst=6,
        power_every=4.0,
    ),
    "long": Form(
        companies=("demo", "second"),
        receipts=100_000,
        tills=300,
        threads=10,
        browsers=2,
        lives=1_000,
        kills=60,
        between=(3.0, 15.0),
        pause=0.0,
        burst=80,
        power_every=20.0,
    ),
}
FORM = FORMS[os.environ.get("AORABOOKS_CHAOS", "short")]
FORM = replace(FORM, receipts=int(os.environ.get("AORABOOKS_CHAOS_RECEIPTS", FORM.receipts)))
SEED = 20261123
_NOT_ONCE = """
SELECT operation.sync_id, count(DISTINCT sale.id), max(entries.found), max(goods.moved)
  FROM pos.operation AS operation
  LEFT JOIN pos.sale ON sale.operation_id = operation.id
  LEFT JOIN (SELECT source_id, count(*) AS found FROM accounting.journal_entry
              WHERE source_type = 'pos.sale' GROUP BY source_id) AS entries
    ON entries.source_id = sale.id::text
  LEFT JOIN (SELECT source_id, sum(quantity) AS moved FROM inventory.move
              WHERE source_type = 'pos.sale' GROUP BY source_id) AS goods
    ON goods.source_id = sale.id
  LEFT JOIN (SELECT sale_id, sum(stock_quantity) AS sold FROM pos.sale_line
              GROUP BY sale_id) AS lines ON lines.sale_id = sale.id
 WHERE operation.type = 'sale'
 GROUP BY operation.sync_id
HAVING count(DISTINCT sale.id) <> 1 OR coalesce(max(entries.found), 0) <> 1
    OR coalesce(max(goods.moved), 0) <> coalesce(max(lines.sold), -1)
"""
"""Operations that have not one sale, one entry and the goods of its lines moved once."""
_BOOKED = """
SELECT operation.sync_id, sale.number FROM pos.operation AS operation
  JOIN pos.sale ON sale.operation_id = operation.id
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where companies are opened: what is `closing` at the end holds the tills' connections."""

    machine: Machine
    network: BadNetwork
    folder: Path
    chance: random.Random
    closing: contextlib.ExitStack


@dataclass(slots=True)
class Company:
    """A company, what its simulated tills do and what its browsers do."""

    slug: str
    shop: TillShop
    groups: list[Simulated]
    browsers: list[tuple[Chromium, str]]

    def printed(self) -> dict[str, str]:
        """Every receipt that exists on a device, by what its operation is known as."""
        found: dict[str, str] = {}
        for till in (till for group in self.groups for till in group.tills):
            found |= till.printed
        for browser, _ in self.browsers:
            assert set(browser.printed) <= set(browser.stored.values()), "a printed receipt is lost"
            found |= browser.stored
        return found


@pytest.mark.chaos
@pytest.mark.redis
@pytest.mark.browser
def test_every_receipt_is_booked_once_whatever_happens(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    redis = Server(tmp_path)
    redis.start()  # on its port, before the platform looks for a free one
    with scratch_folder() as folder, contextlib.ExitStack() as stack:
        machine = Machine(folder, free_port(), {"AORABOOKS_REDIS_URL": redis.url})
        platform = stack.enter_context(Platform(machine, redis, chance).up())
        network = stack.enter_context(BadNetwork(machine.port, chance).up())
        companies = _open(Scene(machine, network, tmp_path, chance, stack))
        _sell(companies, platform, network, chance)
        platform.wait_until_up()
        _wait_for_the_books(machine, companies)
        _tell(companies, platform, network)


def _sell(
    companies: list[Company], platform: Platform, network: BadNetwork, chance: random.Random
) -> None:
    """Sell on everything at once while things are killed, then bring all of it to the server."""
    over, is_well = threading.Event(), threading.Event()
    each = -(-FORM.receipts // FORM.tills)
    groups = [group for company in companies for group in company.groups]
    browsers = [one for company in companies for one in company.browsers]
    with ThreadPoolExecutor(len(groups) + len(browsers) + 1) as pool:
        online = [
            pool.submit(one.sell, code, lambda: not over.is_set(), is_well)
            for one, code in browsers
        ]
        try:
            assert all(one.ready.wait(LONG) for one, _ in browsers)
            killing = pool.submit(_kill, platform, chance)
            selling = [
                pool.submit(group.sell, each, lambda: not killing.done()) for group in groups
            ]
            for future in (*selling, killing):
                future.result()
            for sent in [pool.submit(group.send_all) for group in groups]:
                sent.result()
        finally:
            over.set()
            network.is_well = True
            is_well.set()
        for future in online:
            future.result()


def _kill(platform: Platform, chance: random.Random) -> None:
    for number in range(FORM.kills):
        threading.Event().wait(chance.uniform(*FORM.between))
        platform.kill(number)


def _open(scene: Scene) -> list[Company]:
    """The companies with all their tills, each behind the network."""
    with _kernel(scene.machine) as kernel:
        return [_company(scene, kernel, place) for place in range(len(FORM.companies))]


def _company(scene: Scene, kernel: Kernel, place: int) -> Company:
    slug = FORM.companies[place]
    tenant = kernel.directory.find_slug(slug)
    assert tenant is not None
    every = len(FORM.companies)
    with _browser(slug, scene.machine.port) as straight:
        shop = TillShop(kernel, tenant, straight)
        shop.product("10.00", "1000000", barcodes=[{"code": CODE}])
        _employ(shop)
        tills = [shop.till(f"C{number:03}") for number in range(place, FORM.tills, every)]
        for till in tills:
            till.http = scene.closing.enter_context(_browser(slug, scene.network.port))
        browsers = [_chromium(scene, shop, at) for at in range(place, FORM.browsers, every)]
    threads = FORM.threads // every
    groups = [
        Simulated(tills[first::threads], shop, _own(scene.chance), FORM.pause, FORM.burst)
        for first in range(threads)
    ]
    return Company(slug, shop, groups, browsers)


def _chromium(scene: Scene, shop: TillShop, number: int) -> tuple[Chromium, str]:
    """A register in a browser, and the code that binds it."""
    register = f"B{number + 1:02}"
    address = f"http://{shop.tenant.slug}.localhost:{scene.network.port}"
    made = Chromium(
        Shop(shop.kernel, shop.tenant, address),
        register,
        scene.folder / register,
        _own(scene.chance),
        FORM.lives,
        FORM.power_every,
    )
    return made, shop.code(register)


def _own(chance: random.Random) -> random.Random:
    """One for a thread of its own: which thread is first must not change what another one does."""
    return random.Random(chance.random())


def _employ(shop: TillShop) -> None:
    """Two who sell at the browsers: with one alone, a till asks for the PIN at once."""
    with shop.kernel.session(shop.tenant) as session:
        for name in (CASHIER, "Nora"):
            email = f"{name.lower()}@example.com"
            user = users.create_user(session, email=email, name=name, roles=())
            session.flush()
            set_pin(session, create_cashier(session, {"user_id": user.id}), PIN)


def _wait_for_the_books(machine: Machine, companies: list[Company]) -> None:
    """Until all is booked; then each receipt has its sale in its own company, and nothing else."""
    with _kernel(machine) as kernel:
        for company in companies:
            tenant = kernel.directory.find_slug(company.slug)
            assert tenant is not None
            _wait_until_booked(kernel, tenant)
            with kernel.session(tenant) as session:
                found: dict[Any, Any] = dict(session.execute(text(_BOOKED)).all())
                assert found == company.printed()
                assert session.execute(text(_NOT_ONCE)).all() == []
                check_invariants(session)
                assert failing_invariants(session) == []


def _wait_until_booked(kernel: Kernel, tenant: Tenant) -> None:
    """However long it takes, as long as it goes on."""
    counts = text("SELECT state, count(*) FROM pos.operation WHERE state <> 'done' GROUP BY state")
    deadline, left = time.monotonic() + LONG, sys.maxsize
    while left:
        with kernel.session(tenant) as session:
            waiting: dict[Any, Any] = dict(session.execute(counts).all())
        now = sum(waiting.values())
        if now < left:
            deadline, left = time.monotonic() + LONG, now
        assert time.monotonic() < deadline, waiting
        threading.Event().wait(0.3)


def _tell(companies: list[Company], platform: Platform, network: BadNetwork) -> None:
    receipts = {company.slug: len(company.printed()) for company in companies}
    browsers = [one for company in companies for one, _ in company.browsers]
    print(f"\nreceipts, each booked once: {receipts}, together {sum(receipts.values())}")
    print(f"in Chromium: {[len(one.stored) for one in browsers]}")
    print(f"its power cut: {[one.cuts for one in browsers]} times")
    print(f"killed: {dict(platform.killed)}")
    print(f"calls: {dict(network.seen)}")


@contextlib.contextmanager
def _kernel(machine: Machine) -> Iterator[Kernel]:
    config = from_environment(machine.environment())
    with running_kernel(config) as kernel:
        yield kernel


def _browser(slug: str, port: int) -> httpx.Client:
    return httpx.Client(
        transport=httpx.HTTPTransport(verify=False),
        base_url=f"http://127.0.0.1:{port}",
        headers={"Host": f"{slug}.localhost:{port}"},
        timeout=30,
    )
