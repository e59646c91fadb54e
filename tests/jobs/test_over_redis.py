"""With Redis configured, wake-ups go through it; without it, work is late and never lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis
import structlog

from core.config import Config
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.composition import kernel_on
from tenants.control import Cluster
from tests.jobs.world import ask, notes, wait_for_state, wait_until, working
from tests.own_redis import Server

pytestmark = pytest.mark.redis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def over_redis(
    kernel: Kernel, jobs_config: Config, jobs_cluster: Cluster, server: Server
) -> Iterator[Kernel]:
    """The same platform as `kernel`, with Redis."""
    config = replace(jobs_config, redis_url=server.url)
    with kernel_on(config, jobs_cluster, kernel.catalog) as kernel:
        yield kernel


def test_a_job_is_carried_by_redis(over_redis: Kernel, tenant: Tenant, server: Server) -> None:
    ask(over_redis, tenant, "probe.note", text="carried")
    with redis.Redis.from_url(server.url) as client:
        queues = [key for key in client.scan_iter("huey.redis.*") if client.llen(key)]
    assert queues
    with working(over_redis):
        wait_until(lambda: notes(over_redis, tenant), "the job")


def test_without_redis_asking_works_at_once_and_says_so_once(
    over_redis: Kernel, tenant: Tenant, server: Server
) -> None:
    server.kill()
    began = time.monotonic()
    with structlog.testing.capture_logs() as log:
        for number in range(20):
            ask(over_redis, tenant, "probe.note", text=str(number))
    assert time.monotonic() - began < 5
    assert [line["log_level"] for line in log if "wake-ups" in line["event"]] == ["warning"]
    server.start()
    with working(over_redis):
        wait_until(lambda: len(notes(over_redis, tenant)) == 20, "the late jobs")


def test_a_worker_goes_on_when_redis_comes_back_empty(
    over_redis: Kernel, tenant: Tenant, server: Server
) -> None:
    with working(over_redis):
        before = ask(over_redis, tenant, "probe.note", text="before")
        wait_for_state(over_redis, tenant, before, "done")
        server.kill()
        meanwhile = ask(over_redis, tenant, "probe.note", text="meanwhile")
        server.start()
        wait_for_state(over_redis, tenant, meanwhile, "done")
    assert notes(over_redis, tenant) == ["before", "meanwhile"]
