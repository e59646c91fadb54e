"""The kernel's overhead over HTTP, beside hand-written endpoints doing the same queries.

One server process each with the same worker class and thread pool, one client process, eight
keep-alive connections.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator

from benchmarks.accounts import add_accounts, api_token
from benchmarks.figure import Figure, against, progress
from benchmarks.load import Get, requests_per_second
from benchmarks.rates import in_turn
from benchmarks.stage import Stage, conninfo, free_port, http_server, product_environment
from core.tenancy.tenant import Tenant

ACCOUNTS = 200
BUDGET = 16
PEER = ["uvicorn", "--factory", "benchmarks.peers:build", "--log-level", "critical"]
SERVE = ["tenants.cli", "serve"]


def measure(stage: Stage, tenant: Tenant) -> Iterator[Figure]:
    """`json_read` and `html_list`."""
    token = api_token(stage.kernel, tenant)
    first = add_accounts(stage.kernel, tenant, ACCOUNTS)
    ours_port = free_port()
    environment = product_environment(stage.config, ours_port, BUDGET)
    peer_environment = {"BENCH_PEER_CONNINFO": conninfo(tenant.runtime)}
    with http_server(SERVE, environment, ours_port):
        peer_port = free_port()
        with http_server([*PEER, "--port", str(peer_port)], peer_environment, peer_port):
            for name, path, peer_path in (
                ("json_read", f"/api/v1/accounting/accounts/{first}", f"/accounts/{first}"),
                ("html_list", "/accounting/accounts", "/accounts"),
            ):
                progress(f"{name}: {path}")
                ours = _get(stage, tenant, path, token)
                peer = Get("localhost", peer_path)
                _warm(ours_port, ours)
                _warm(peer_port, peer)
                mine, limit = in_turn(
                    lambda request=ours: requests_per_second(ours_port, [request]),
                    lambda request=peer: requests_per_second(peer_port, [request]),
                )
                yield against(name, mine, "req/s", limit)


def _get(stage: Stage, tenant: Tenant, path: str, token: str) -> Get:
    host = f"{tenant.slug}.{stage.config.base_domain}"
    return Get(host, path, (("Authorization", f"Bearer {token}"), ("Accept", "*/*")))


def _warm(port: int, request: Get) -> None:
    requests_per_second(port, [request], seconds=1.0)


def cold_tenant(stage: Stage, tenants: list[Tenant]) -> Figure:
    """`cold_tenant_ms`: what the first request to a tenant costs beyond a warm one."""
    progress("First requests to tenants that nobody used lately")
    port = free_port()
    tokens = {tenant.id: api_token(stage.kernel, tenant) for tenant in tenants}
    environment = product_environment(stage.config, port, len(tenants) + BUDGET)
    with http_server(SERVE, environment, port):
        requests_per_second(
            port,
            [_get(stage, tenants[0], "/api/v1/accounting/accounts", tokens[tenants[0].id])],
            seconds=1.0,
        )
        colder = []
        for tenant in tenants[1:]:
            stage.kernel.engine.broker.forget(tenant.runtime.database)
            request = _get(stage, tenant, "/api/v1/accounting/accounts", tokens[tenant.id])
            cold, warm = _once(port, request), _once(port, request)
            colder.append((cold - warm) * 1000)
    colder.sort()
    return Figure(
        "cold_tenant_ms", colder[len(colder) // 2], "ms", note=f"slowest {colder[-1]:.1f} ms"
    )


def _once(port: int, request: Get) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    start = time.perf_counter()
    connection.request("GET", request.path, headers={"Host": request.host, **dict(request.headers)})
    answer = connection.getresponse()
    answer.read()
    elapsed = time.perf_counter() - start
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{request.path} answered {answer.status}")
    return elapsed
