"""Sales that come from tills: received, and booked with goods, payments, taxes and entries."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Final

import httpx

from benchmarks.cpu import python_seconds, server_seconds
from benchmarks.figure import Figure, against, progress
from benchmarks.pos.tills import BenchTill, open_till
from benchmarks.rates import seconds
from benchmarks.stage import Stage
from core.web.app import Application
from tenants.testing.browser import AppTransport, open_browser

PER_S: Final = 300.0
ACK_MS: Final = 500.0
SINGLE_MS: Final = 80.0
BATCH: Final = 1000
TENANTS: Final = 20
_NUMBERS = itertools.count(1)


def measure(stage: Stage) -> Iterator[Figure]:
    """`sync_sales_per_s`: one company, one till, batches of a thousand; `sync_sale_cpu_ms` is what
    a sale takes of a processor, PostgreSQL included."""
    till = open_till(stage, f"bench-till-{next(_NUMBERS)}")
    _sell(till, 100)
    progress("3,000 sales of three lines, received and booked")
    bodies = [till.sales(BATCH) for _ in range(3)]
    used = python_seconds() + server_seconds(stage)
    taken = seconds(lambda: [_take_and_book(till, body) for body in bodies])
    used = python_seconds() + server_seconds(stage) - used
    till.require_booked(3 * BATCH + 100)
    note = "at least; goods, payment, taxes and entry posted"
    yield against("sync_sales_per_s", 3 * BATCH / taken, "sales/s", PER_S, note)
    yield against("sync_sale_cpu_ms", used / (3 * BATCH) * 1000, "ms", 6.6, "at most, on two cores")


def measure_tenants(stage: Stage) -> Iterator[Figure]:
    """`sync_20_tenants_per_s`: twenty companies at once, two working threads."""
    progress("twenty companies with a till each")
    tills = [open_till(stage, f"bench-tills-{next(_NUMBERS)}", 30) for _ in range(TENANTS)]
    for till in tills:
        _sell(till, 20)
    bodies = [(till, till.sales(150)) for till in tills]
    progress("150 sales of each")
    halves = (bodies[::2], bodies[1::2])
    threads = [threading.Thread(target=_take_all, args=(half,)) for half in halves]

    def both() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    taken = seconds(both)
    for till in tills:
        till.require_booked(170)
    rate = TENANTS * 150 / taken
    yield against("sync_20_tenants_per_s", rate, "sales/s", PER_S, "at least, over all of them")


def measure_acknowledged(stage: Stage) -> Iterator[Figure]:
    """`ack_1000_ms`: a batch of a thousand sales by HTTP, from the call to its answer."""
    till = open_till(stage, f"bench-ack-{next(_NUMBERS)}", 30)
    with Web(till) as http:
        taken = sorted(_post(http, till, till.sales(BATCH)) for _ in range(5))
    note = "at most; the slowest of five"
    yield against("ack_1000_ms", taken[-1] * 1000, "ms", ACK_MS, note)


def measure_single(stage: Stage) -> Iterator[Figure]:
    """`single_sale_p95_ms`: one sale at a time by HTTP, durable when it is answered."""
    till = open_till(stage, f"bench-single-{next(_NUMBERS)}", 30)
    with Web(till) as http:
        for _ in range(20):
            _post(http, till, till.sales(1))
        taken = sorted(_post(http, till, till.sales(1)) for _ in range(300))
    p95 = taken[int(len(taken) * 0.95)] * 1000
    yield against("single_sale_p95_ms", p95, "ms", SINGLE_MS, "at most")


def _sell(till: BenchTill, count: int) -> None:
    _take_and_book(till, till.sales(count))


def _take_and_book(till: BenchTill, body: bytes) -> None:
    till.take(body)
    till.book()


def _take_all(bodies: Sequence[tuple[BenchTill, bytes]]) -> None:
    for till, body in bodies:
        _take_and_book(till, body)


class Web:
    """A browser at the till's company, on the web application in this process."""

    def __init__(self, till: BenchTill) -> None:
        self._app = Application(till.stage.kernel)
        self._transport = AppTransport(self._app)
        self._http = open_browser(self._transport, f"{till.tenant.slug}.localhost")

    def __enter__(self) -> httpx.Client:
        return self._http

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._transport.shut_down()
        self._app.close()


def _post(http: httpx.Client, till: BenchTill, body: bytes) -> float:
    headers = {"Authorization": f"Bearer {till.token}", "Content-Encoding": "gzip"}
    began = time.perf_counter()
    answer = http.post("/api/v1/pos/sync", content=body, headers=headers)
    taken = time.perf_counter() - began
    if answer.status_code != 200 or '"rejected"' in answer.text:
        raise RuntimeError(answer.text[:300])
    return taken
