"""One company is very busy; the others do not notice, and it is told to come back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

import httpx
import pytest

from core.errors import Unavailable
from core.tenancy.tenant import Tenant
from core.web.app import Application
from core.web.gate import Gate
from tests.waiting import PATIENCE

Visit = Callable[[str], httpx.Client]


@pytest.fixture
def gate() -> Iterator[object]:
    """The pages that wait; they are let go in the end."""
    from webprobe import routes  # type: ignore[import-not-found]

    routes.GATE.clear()
    while routes.ENTERED.acquire(blocking=False):
        pass
    yield routes
    routes.GATE.set()


def test_a_busy_company_leaves_threads_for_the_others(
    visit: Visit, acme: Tenant, bolt: Tenant, gate: object
) -> None:
    busy, other = visit("acme.localhost"), visit("bolt.localhost")
    with ThreadPoolExecutor(4) as pool:
        # The process has four threads, so two of them are this company's.
        waiting = [pool.submit(busy.get, "/webprobe/wait") for _ in range(3)]
        for _ in range(2):
            assert gate.ENTERED.acquire(timeout=PATIENCE)  # type: ignore[attr-defined]
        assert other.get("/login").status_code == 200
        refused = busy.get("/webprobe/greet/1")
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        # The one that finds no place is the first to be answered, however late it was sent.
        first = next(as_completed(waiting, PATIENCE))
        assert first.result().status_code == 503
        gate.GATE.set()  # type: ignore[attr-defined]
        statuses = sorted(answer.result(PATIENCE).status_code for answer in waiting)
    assert statuses == [200, 200, 503]
    assert busy.get("/webprobe/greet/1").status_code == 200


def test_a_cancelled_request_ends_by_itself_and_gives_its_place_back(
    app: Application, acme: Tenant, gate: object
) -> None:
    async def cancel_two_and_ask_again() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="https://acme.localhost", timeout=PATIENCE
        ) as browser:
            for _ in range(2):
                task = asyncio.create_task(browser.get("/webprobe/wait"))
                entered = asyncio.to_thread(gate.ENTERED.acquire, True, PATIENCE)  # type: ignore[attr-defined]
                assert await entered
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            gate.GATE.set()  # type: ignore[attr-defined]
            deadline = time.monotonic() + PATIENCE
            while (await browser.get("/webprobe/greet/1")).status_code != 200:
                assert time.monotonic() < deadline

    # All of it in one event loop, as in a process that serves: a place is given back in the loop
    # in which it was taken, and nowhere once that is closed.
    asyncio.run(cancel_two_and_ask_again())


def test_waiting_tenants_take_turns() -> None:
    async def scenario() -> list[str]:
        gate, served = Gate(places=2, patience=5), []
        await gate.enter("a")
        await gate.enter("b")

        async def work(tenant: str) -> None:
            await gate.enter(tenant)
            served.append(tenant)
            gate.leave(tenant)

        tasks = [asyncio.create_task(work(tenant)) for tenant in "aaab"]
        await asyncio.sleep(0)
        gate.leave("a")
        gate.leave("b")
        await asyncio.gather(*tasks)
        return served

    assert asyncio.run(scenario()).index("b") < 2


def test_who_waits_too_long_is_told_so_and_leaves_the_line() -> None:
    async def scenario() -> None:
        gate = Gate(places=2, patience=0.05)
        await gate.enter("a")
        with pytest.raises(Unavailable):
            await gate.enter("a")
        gate.leave("a")
        await gate.enter("a")

    asyncio.run(scenario())


def test_a_line_that_is_too_long_refuses_at_once() -> None:
    async def scenario() -> None:
        gate = Gate(places=2, patience=5, queue=1)
        await gate.enter("a")
        waiting = asyncio.create_task(gate.enter("a"))
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await gate.enter("a")
        waiting.cancel()

    asyncio.run(scenario())
