"""The supervisor and the monitoring ask a process how it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport

Visit = Callable[[str], httpx.Client]


def test_health_and_readiness_answer_at_any_host(visit: Visit) -> None:
    for host in ("acme.localhost", "10.0.0.7", "probe"):
        browser = visit(host)
        assert browser.get("/healthz").json() == {"status": "alive"}
        ready = browser.get("/readyz")
        assert ready.status_code == 200
        assert ready.json()["control_plane"] == "reachable"


def test_a_process_without_its_control_plane_is_alive_and_not_ready(
    kernel: Kernel, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = kernel.directory
    control = directory.find_host(kernel.config.control_host)
    assert control is not None
    gone = replace(control, runtime=replace(control.runtime, host="127.0.0.1", port=9))
    monkeypatch.setattr(directory, "find_host", lambda host: gone)
    browser = visit("acme.localhost")
    assert browser.get("/healthz").status_code == 200
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"


def test_metrics_are_for_this_machine_or_whoever_knows_the_token(
    visit: Visit, acme: Tenant, app: Application
) -> None:
    browser = visit("acme.localhost")
    browser.get("/login")
    local = browser.get("/metrics")
    assert local.status_code == 200
    assert 'aorabooks_requests_total{addon="core",method="GET",status="2xx"}' in local.text
    assert f'aorabooks_tenant_requests_total{{tenant="{acme.id}"}}' in local.text
    assert "aorabooks_connections_budget" in local.text
    forwarded = browser.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})
    assert forwarded.status_code == 404
    token = {"authorization": "Bearer metrics-test-token", "x-forwarded-for": "203.0.113.9"}
    assert browser.get("/metrics", headers=token).status_code == 200
    wrong = browser.get("/metrics", headers={"authorization": "Bearer guess"})
    assert wrong.status_code == 404


def test_metrics_are_not_for_the_network(transport: AppTransport, app: Application) -> None:
    inner = httpx.ASGITransport(app, client=("192.0.2.1", 5000))

    async def ask() -> int:
        async with httpx.AsyncClient(transport=inner, base_url="http://x") as client:
            return (await client.get("/metrics")).status_code

    import asyncio

    assert asyncio.run_coroutine_threadsafe(ask(), transport._loop).result(10) == 404
