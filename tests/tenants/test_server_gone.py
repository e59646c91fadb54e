"""A database server that is gone takes only its own companies with it, and when it is back all goes
on by itself."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from sqlalchemy import select, text

from core.db import embedded, embedded_process
from core.db.embedded import Embedded
from core.errors import Conflict
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import control
from tenants.fleet import checking, registering
from tenants.moving import carrying, copying, steps
from tenants.placement import rule
from tenants.testing.browser import AppTransport, open_browser
from tenants.testing.cluster import SETTINGS
from tenants.testing.tenants import fresh_tenant
from tests.tenants.second_server import Second, second_server
from tests.waiting import PATIENCE, wait_until


@pytest.fixture(scope="module")
def second(kernel: Kernel) -> Iterator[Second]:
    with second_server(kernel) as second:
        with psycopg.connect(second.embedded.url(), autocommit=True) as connection:
            # What was confirmed outlives a kill; other tests spare themselves the waiting for that.
            connection.execute("ALTER SYSTEM SET synchronous_commit = on")
            connection.execute("SELECT pg_reload_conf()")
        yield second


@pytest.fixture
def steady(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "steady", addons=(), server="first") as tenant:
        yield tenant


def kill(server: Embedded) -> None:
    """At once, and wait for the end of everybody in it: a backend notices the loss of its server a
    moment later, and may answer once more until then."""
    running = embedded_process.find(server.folder / "data")
    assert running is not None
    backends = running.process.children(recursive=True)
    os.kill(running.process.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(backends, timeout=PATIENCE)
    assert not alive
    wait_until(lambda: embedded_process.find(server.folder / "data") is None, "its end")


def start(server: Embedded) -> None:
    """As whoever looks after it would, as soon as the last of the killed has let go."""

    def started() -> bool:
        try:
            # Whoever holds the first handle still holds the server.
            embedded.start(server.folder, settings=SETTINGS).stop()
        except embedded.EmbeddedError:
            return False
        return True

    wait_until(started, "the server to start")


@contextmanager
def killed(server: Embedded) -> Iterator[None]:
    """It is gone until the block ends, however that ends."""
    kill(server)
    try:
        yield
    finally:
        start(server)


def get(transport: AppTransport, slug: str) -> httpx.Response:
    with open_browser(transport, f"{slug}.localhost") as browser:
        return browser.get("/login", headers={"accept-language": "en"})


def test_a_dead_server_takes_only_its_own_companies_with_it(
    kernel: Kernel, transport: AppTransport, second: Second, steady: Tenant
) -> None:
    with fresh_tenant(kernel, "lonely", addons=(), server=second.name) as lonely:
        assert (lonely.server, lonely.region) == (second.name, "Elsewhere")
        assert get(transport, "lonely").status_code == 200
        with kernel.session(lonely) as session:
            enqueue(session, "core.sweep_finished", key="once")

        with killed(second.embedded):
            told = get(transport, "lonely")
            assert (told.status_code, told.headers["retry-after"]) == (503, "5")
            assert "The database server second cannot be reached since" in told.text
            assert "Your data is safe" in told.text
            assert get(transport, steady.slug).status_code == 200
            with ThreadPoolExecutor(16) as pool:
                began = time.monotonic()
                crowd = list(pool.map(lambda _: get(transport, "lonely").status_code, range(16)))
                assert set(crowd) == {503}
                assert time.monotonic() - began < PATIENCE
            with kernel.session(control(kernel)) as session:
                assert second.name in checking.check(session, kernel.secrets)
                with pytest.raises(Conflict, match="second: it cannot be reached"):
                    rule.choose(session, name=second.name)
                assert rule.choose(session).name == "first"

        wait_until(
            lambda: get(transport, "lonely").status_code == 200, "its companies to be served"
        )
        with kernel.session(control(kernel)) as session:
            assert checking.check(session, kernel.secrets) == {}
            assert rule.choose(session, region="elsewhere").name == second.name
        with kernel.session(lonely) as session:
            job = session.scalars(select(Job).where(Job.key == "once")).one()
            assert (job.attempts, job.losses) == (0, 0)


def test_a_server_that_is_gone_for_a_while_in_the_middle_of_a_move_delays_it(
    kernel: Kernel, second: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at, gone = copying.look_at, threading.Event()

    def lose_the_server(*given: Any) -> dict[str, str]:
        if not gone.is_set():
            gone.set()
            kill(second.embedded)
            threading.Thread(target=start, args=(second.embedded,)).start()
        return look_at(*given)

    monkeypatch.setattr(copying, "look_at", lose_the_server)
    with fresh_tenant(kernel, "patient", addons=(), server="first") as company:
        with kernel.session(control(kernel)) as session:
            server = registering.find(session, second.name)
            organization = organizations.find(session, company.slug)
            move_id = steps.begin(session, organization, server, confirmed=False).id
        assert carrying.carry_out(kernel, move_id).phase == "kept"
        assert gone.is_set()
        now = kernel.directory.find_slug(company.slug)
        assert now is not None
        assert now.server == second.name
        with kernel.session(now) as session:
            session.execute(text("UPDATE core.team SET name = 'here'"))
