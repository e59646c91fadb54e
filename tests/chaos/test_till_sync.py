"""Tills sell through a network that drops, delays, repeats, reorders and truncates, while worker,
web process and PostgreSQL are killed. In the end every receipt that was printed has exactly one
sale, one stock effect and one journal entry, and all that must be true is true.

The short form is part of every run. The long form sells AORABOOKS_CHAOS_SALES receipts by
AORABOOKS_CHAOS_TILLS tills and kills AORABOOKS_CHAOS_KILLS times.
"""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from core.config import from_environment
from tenants.composition import running_kernel
from tenants.testing.cluster import scratch_folder
from tests.chaos.test_kill_nine import kill_postgres, kill_webs, kill_worker
from tests.forked import Forked
from tests.machine import PATIENCE, ROOT, Machine, free_port
from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop
from tests.terminal import Terminal

SALES = int(os.environ.get("AORABOOKS_CHAOS_SALES", "60"))
TILLS = int(os.environ.get("AORABOOKS_CHAOS_TILLS", "3"))
KILLS = int(os.environ.get("AORABOOKS_CHAOS_KILLS", "2"))
SEED = 20261123
_EXACTLY_ONE = """
SELECT operation.sync_id
  FROM pos.operation AS operation
  LEFT JOIN pos.sale ON sale.operation_id = operation.id
 WHERE operation.type = 'sale' AND (
       sale.id IS NULL
    OR (SELECT count(*) FROM accounting.journal_entry AS entry
         WHERE entry.source_type = 'pos.sale' AND entry.source_id = sale.id::text) <> 1
    OR (SELECT coalesce(sum(move.quantity), 0) FROM inventory.move
         WHERE move.source_type = 'pos.sale' AND move.source_id = sale.id) <>
       (SELECT sum(line.stock_quantity) FROM pos.sale_line AS line WHERE line.sale_id = sale.id))
"""


class BadNetwork(httpx.BaseTransport):
    """A network that loses calls and answers, repeats calls, cuts them short and brings them late
    and out of order."""

    def __init__(self, chance: random.Random) -> None:
        self._inner = httpx.HTTPTransport()
        self._chance = chance
        self._late: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hand a call on, or not, or twice."""
        body = request.read()
        if "/sync" not in request.url.path:
            return self._inner.handle_request(request)
        fate = self._chance.random()
        if fate < 0.12:
            raise httpx.ConnectError("lost on its way")
        if fate < 0.2:
            self._late.append(request)
            raise httpx.ReadTimeout("late")
        if fate < 0.26:
            return self._sent(request, body[: len(body) // 2])
        if self._late and fate < 0.5:
            late = self._late.pop(self._chance.randrange(len(self._late)))
            self._sent(late, late.content)
        answer = self._sent(request, body)
        if fate > 0.9:
            self._sent(request, body)
        if fate > 0.82:
            raise httpx.ReadError("the answer was lost")
        return answer

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def _sent(self, request: httpx.Request, body: bytes) -> httpx.Response:
        headers = {**request.headers, "content-length": str(len(body))}
        again = httpx.Request(request.method, request.url, headers=headers, content=body)
        answer = self._inner.handle_request(again)
        answer.read()
        return answer


@pytest.fixture
def machine() -> Iterator[Machine]:
    with scratch_folder() as folder:
        yield Machine(folder, free_port())


@pytest.mark.chaos
def test_every_receipt_is_booked_once_whatever_happens(machine: Machine) -> None:
    chance = random.Random(SEED)
    with machine.up() as platform:
        machine.get("demo", "/login")
        tills = _tills(machine, chance)
        killer = threading.Thread(target=_kill, args=(machine, platform, chance))
        killer.start()
        with _selling(tills):
            killer.join(PATIENCE)
    with machine.up():
        machine.get("demo", "/login")
        for till, _ in tills:
            _send_all(till, machine)
            till.http.close()
        _wait_for_the_books(machine)
        printed = sum(till.receipts for till, _ in tills)
        assert printed >= SALES
        (checked,) = Terminal(machine, ROOT)(("doctor", "--tenant", "demo"))
        assert checked is not None


def _tills(machine: Machine, chance: random.Random) -> list[tuple[SampleTill, TillShop]]:
    """Tills of the company, each behind a network of its own."""
    with _kernel(machine) as kernel:
        tenant = kernel.directory.find_slug("demo")
        assert tenant is not None
        with _browser(machine, httpx.HTTPTransport()) as straight:
            shop = TillShop(kernel, tenant, straight)
            shop.product("10.00", "1000000")
            made = [shop.till(f"C{number}") for number in range(1, TILLS + 1)]
    for till in made:
        till.http = _browser(machine, BadNetwork(random.Random(chance.random())))
        till.open()
    return [(till, shop) for till in made]


@contextlib.contextmanager
def _selling(tills: list[tuple[SampleTill, TillShop]]) -> Iterator[None]:
    threads = [threading.Thread(target=_sell, args=pair) for pair in tills]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(PATIENCE)


def _sell(till: SampleTill, shop: TillShop) -> None:
    for number in range(SALES // TILLS + 1):
        till.sell(shop.line(shop.products[0]), method=shop.methods["cash"])
        if number % 3 == 0:
            with contextlib.suppress(httpx.HTTPError):
                till.sync()
            threading.Event().wait(0.15)


def _kill(machine: Machine, platform: Forked, chance: random.Random) -> None:
    victims = (kill_worker, kill_webs)
    for number in range(KILLS):
        threading.Event().wait(chance.uniform(0.4, 1.0))
        last = number == KILLS - 1
        (kill_postgres if last else victims[number % 2])(machine, platform)


def _send_all(till: SampleTill, machine: Machine) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(httpx.HTTPError):
            told = till.sync()
            if told["next_seq"] == till.seq + 1:
                return
        assert time.monotonic() < deadline, machine.said()[-2000:]


def _wait_for_the_books(machine: Machine) -> None:
    deadline = time.monotonic() + PATIENCE
    with _kernel(machine) as kernel:
        tenant = kernel.directory.find_slug("demo")
        assert tenant is not None
        while True:
            with kernel.session(tenant) as session:
                states = dict(
                    session.execute(
                        text("SELECT state, count(*) FROM pos.operation GROUP BY state")
                    ).all()
                )  # type: ignore[arg-type]
                if set(states) == {"done"}:
                    assert session.scalars(text(_EXACTLY_ONE)).all() == []
                    return
            assert time.monotonic() < deadline, states
            threading.Event().wait(0.2)


@contextlib.contextmanager
def _kernel(machine: Machine) -> Iterator:
    config = from_environment(machine.environment())
    with running_kernel(config) as kernel:
        yield kernel


def _browser(machine: Machine, transport: httpx.BaseTransport) -> httpx.Client:
    return httpx.Client(
        transport=transport,
        base_url=f"http://127.0.0.1:{machine.port}",
        headers={"Host": f"demo.localhost:{machine.port}"},
        timeout=10,
    )
