"""What traces cost a page: processor time of the process that answers, without a collector, with
one that gets every request, and with one that gets none of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest import mock

import httpx

from benchmarks.accounts import add_accounts, api_token
from benchmarks.cpu import python_seconds
from benchmarks.figure import Figure, against, progress
from benchmarks.rates import in_turn
from benchmarks.stage import Stage, free_port, http_server
from core.tenancy.tenant import Tenant
from core.tracing import settings as traces
from core.tracing.starting import traced
from core.web.app import Application
from tenants.composition import running_kernel
from tenants.testing.browser import AppTransport, open_browser

PAGE = "/accounting/accounts"
ACCOUNTS = 50
REQUESTS = 100
_EVERY, _NONE = "parentbased_always_on", "parentbased_always_off"


def measure(stage: Stage, tenant: Tenant) -> Iterator[Figure]:
    """`traced_page_cpu_ms` and `left_out_page_cpu_ms`, beside the same page without a collector."""
    progress("traces: a page with and without them")
    add_accounts(stage.kernel, tenant, ACCOUNTS)
    token = api_token(stage.kernel, tenant)
    port = free_port()
    with http_server(["benchmarks.kernel.sink", str(port)], {}, port), ExitStack() as stack:
        asked = [
            stack.enter_context(_asking(stage, tenant, token, port, sampler))
            for sampler in ("", _EVERY, _NONE)
        ]
        for ask in asked:
            ask()
        plain, every, none = in_turn(*asked, count=5)
    yield against("traced_page_cpu_ms", every, "ms", plain)
    yield against("left_out_page_cpu_ms", none, "ms", plain)


@contextmanager
def _asking(
    stage: Stage, tenant: Tenant, token: str, port: int, sampler: str
) -> Iterator[Callable[[], float]]:
    """A platform; what it gives asks it for a page, and says how long it took a processor."""
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}" if sampler else "",
        "OTEL_TRACES_SAMPLER": sampler,
        "OTEL_BSP_SCHEDULE_DELAY": "50",
    }
    with ExitStack() as stack:
        with mock.patch.dict(os.environ, environment):
            wanted = traces.read(os.environ)
            tracer = stack.enter_context(traced(wanted, process="benchmark"))
        kernel = stack.enter_context(running_kernel(replace(stage.config, traces=wanted), tracer))
        app = Application(kernel)
        stack.callback(app.close)
        transport = AppTransport(app)
        stack.callback(transport.shut_down)
        browser = stack.enter_context(open_browser(transport, f"{tenant.slug}.localhost"))
        browser.headers["authorization"] = f"Bearer {token}"
        yield lambda: _milliseconds(browser)


def _milliseconds(browser: httpx.Client) -> float:
    began = python_seconds()
    for _ in range(REQUESTS):
        answer = browser.get(PAGE, headers={"accept": "text/html"})
        if answer.status_code != 200:
            raise RuntimeError(f"{PAGE} answered {answer.status_code}")
    return (python_seconds() - began) * 1000 / REQUESTS
