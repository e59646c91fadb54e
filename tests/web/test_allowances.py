"""A company reaches what it may take: it is told so clearly, and its neighbour notices nothing."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from core.auth.users import ADMIN_ROLE
from core.errors import TooManyRequests, Unavailable
from core.jobs.queue import enqueue
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.rates import DEPTH, Rates
from core.web.shared_rates import SharedRates
from tenants.control import control
from tenants.testing.browser import sign_in
from tests.machine import PATIENCE
from tests.own_redis import Server

Visit = Callable[[str], httpx.Client]


@pytest.fixture
def operator(kernel: Kernel, visit: Visit) -> httpx.Client:
    browser = visit("app.localhost")
    sign_in(kernel, control(kernel), browser, [ADMIN_ROLE])
    return browser


@contextmanager
def allowed(
    operator: httpx.Client, kernel: Kernel, tenant: Tenant, **bounds: int
) -> Iterator[None]:
    """The company has these bounds of its own within the block."""
    address = f"/api/v1/tenants/organizations/{tenant.id}"

    def set_bounds(**values: int | None) -> None:
        etag = operator.get(address).headers["etag"]
        sent = {f"limit_{name}": value for name, value in values.items()}
        headers = {"If-Match": etag, "Idempotency-Key": f"{etag}-{sorted(sent.items())}"}
        answer = operator.patch(address, json=sent, headers=headers)
        assert answer.status_code == 200, answer.text
        deadline = time.monotonic() + PATIENCE
        while not _heard(kernel, tenant, values):
            assert time.monotonic() < deadline, "the process never heard of it"
            time.sleep(0.01)

    set_bounds(**bounds)
    try:
        yield
    finally:
        set_bounds(**dict.fromkeys(bounds))


def _heard(kernel: Kernel, tenant: Tenant, values: dict[str, int | None]) -> bool:
    found = kernel.directory.find_host(f"{tenant.slug}.localhost")
    assert found is not None
    usual = kernel.config.allowance
    return all(
        getattr(found.allowance, name) == (getattr(usual, name) if value is None else value)
        for name, value in values.items()
    )


def test_too_many_requests_are_refused_and_the_neighbour_is_served(
    operator: httpx.Client, kernel: Kernel, acme: Tenant, bolt: Tenant, visit: Visit
) -> None:
    busy, other = visit("acme.localhost"), visit("bolt.localhost")
    with allowed(operator, kernel, acme, requests_per_second=1):
        # A second or two may pass in between; each brings one more token.
        answers = [busy.get("/login") for _ in range(30)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert {answer.status_code for answer in answers} == {200, 429}
        assert int(refused[0].headers["retry-after"]) >= 1
        assert "more than 1 requests a second" in refused[0].text
        while (program := busy.get("/api/v1/me")).status_code != 429:
            pass
        assert program.json()["code"] == "too-many-requests"
        assert {other.get("/login").status_code for _ in range(30)} == {200}
    assert busy.get("/login").status_code == 200


def test_a_page_that_asks_too_much_is_stopped_and_a_job_may_go_on(
    operator: httpx.Client,
    kernel: Kernel,
    acme: Tenant,
    bolt: Tenant,
    visit: Visit,
) -> None:
    busy = visit("acme.localhost")
    with allowed(operator, kernel, acme, statement_seconds=1):
        stopped = busy.get("/webprobe/ponder/60")
        assert stopped.status_code == 503
        assert "This took too long and was stopped" in stopped.text
        assert busy.get("/webprobe/ponder/0").status_code == 200
        tenant = kernel.directory.find_id(acme.id)
        assert tenant is not None
        with kernel.session(tenant) as session:
            assert session.scalar(text("SHOW statement_timeout")) == "1s"
        neighbour = kernel.directory.find_id(bolt.id)
        assert neighbour is not None
        with kernel.session(neighbour) as session:
            assert session.scalar(text("SHOW statement_timeout")) == "1min"
    assert busy.get("/webprobe/ponder/1").status_code == 200


def test_the_statements_of_jobs_have_a_bound_of_their_own(
    operator: httpx.Client, kernel: Kernel, acme: Tenant
) -> None:
    from webprobe import jobs  # type: ignore[import-not-found]

    def bound() -> str:
        tenant = kernel.directory.find_id(acme.id)
        assert tenant is not None
        with kernel.session(tenant) as session:
            enqueue(session, "webprobe.look_at_the_clock")
        work_off(kernel, tenant)
        return jobs.SEEN.pop()

    with allowed(operator, kernel, acme, statement_seconds=1):
        assert bound() == "5min", "as long as the job declares, whatever pages may take"
    with allowed(operator, kernel, acme, job_seconds=45):
        assert bound() == "45s"


def test_connections_of_one_company_are_bounded(
    operator: httpx.Client, kernel: Kernel, acme: Tenant, bolt: Tenant
) -> None:
    broker = kernel.engine.broker
    with allowed(operator, kernel, acme, connections=2):
        tenant, neighbour = kernel.directory.find_id(acme.id), kernel.directory.find_id(bolt.id)
        assert tenant is not None
        assert neighbour is not None
        held = [broker.checkout(tenant.runtime) for _ in range(2)]
        try:
            with ThreadPoolExecutor(1) as pool:
                third = pool.submit(broker.checkout, tenant.runtime)
                broker.give_back(broker.checkout(neighbour.runtime))
                with pytest.raises(Unavailable):
                    third.result()
        finally:
            for each in held:
                broker.give_back(each)


def test_uploads_are_refused_where_no_room_is_left_and_work_goes_on(
    operator: httpx.Client, kernel: Kernel, acme: Tenant, admin: httpx.Client
) -> None:
    def upload() -> httpx.Response:
        return admin.post("/webprobe/upload", files={"file": ("a.txt", b"abcd")})

    assert upload().status_code == 200
    with allowed(operator, kernel, acme, storage_mb=1):
        refused = upload()
        assert refused.status_code == 507
        assert "of the 1 MB that it may" in refused.text
        large = admin.post("/webprobe/big-upload", files={"file": ("a.txt", b"abcd")})
        assert large.status_code == 507, "refused before it is read"
        assert admin.post("/webprobe/items", data={"name": "goes on"}).status_code == 303
        assert "% of the storage is used" in admin.get("/settings/repairs").text
        assert re.search(r"of 1\sMB used", admin.get("/settings/data").text)
    assert upload().status_code == 200
    assert "% of the storage is used" not in admin.get("/settings/repairs").text


def test_a_bound_that_makes_no_sense_is_refused(operator: httpx.Client, bolt: Tenant) -> None:
    address = f"/api/v1/tenants/organizations/{bolt.id}"
    etag = operator.get(address).headers["etag"]
    sent = {"limit_connections": 1, "limit_statement_seconds": 0, "limit_jobs": -1}
    headers = {"If-Match": etag, "Idempotency-Key": "senseless"}
    answer = operator.patch(address, json=sent, headers=headers)
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == set(sent)


@given(
    per_second=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 3, allow_nan=False), max_size=200),
)
def test_a_bucket_lets_no_more_through_than_it_says_and_no_less(
    per_second: int, pauses: list[float]
) -> None:
    now = 0.0
    rates = Rates(clock=lambda: now)
    let_in: list[float] = []
    for pause in pauses:
        now += pause
        try:
            rates.take("busy", per_second)
        except TooManyRequests as refused:
            # Whoever comes back when told is let in.
            now += refused.retry_after
            rates.take("busy", per_second)
        let_in.append(now)
        rates.take(f"neighbour-{now}", per_second)
    for first, begun in enumerate(let_in):
        for last in range(first, len(let_in)):
            most = per_second * (DEPTH + let_in[last] - begun) + 1e-6
            assert last - first + 1 <= most


@pytest.mark.redis
def test_two_processes_let_no_more_through_than_one_where_there_is_redis(tmp_path: Path) -> None:
    now, per_second, seconds = 0.0, 10, 20
    server = Server(tmp_path)
    server.start()
    both = [Rates(clock=lambda: now, shared=True) for _ in range(2)]
    shared = [SharedRates(rates, server.url, clock=lambda: now) for rates in both]

    def let_through() -> int:
        """Of far more than is allowed, sent to both processes for some seconds."""
        nonlocal now
        count = 0
        for _ in range(seconds * 4):
            for rates in both:
                for _ in range(per_second):
                    with contextlib.suppress(TooManyRequests):
                        rates.take("acme", per_second)
                        count += 1
            now += 0.25
            if now % 1 == 0:
                for each in shared:
                    each.exchange()
        return count

    try:
        together = let_through()
    finally:
        server.kill()
    bursts = len(both) * DEPTH * per_second
    assert seconds * per_second <= together <= seconds * per_second + 2 * bursts
    alone = let_through()
    assert alone >= 1.5 * seconds * per_second, "each counts for itself while Redis is away"
