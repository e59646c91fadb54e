"""What tenants that fell idle cost a web process: its memory before and after 500 visits."""

from __future__ import annotations

import http.client

import psutil

from benchmarks.figure import Figure, progress
from benchmarks.stage import Stage, free_port, http_server, product_environment
from core.tenancy.tenant import Tenant

BUDGET = 40
WARM_UP = 40


def measure(stage: Stage, tenants: list[Tenant]) -> Figure:
    """`idle_tenants_mb`: growth of the server's processes, shared memory counted once (USS)."""
    progress(f"Visiting {len(tenants)} tenants once each")
    port = free_port()
    environment = product_environment(stage.config, port, BUDGET)
    with http_server(["tenants.cli", "serve"], environment, port) as pid:
        for tenant in tenants[:WARM_UP]:
            _visit(port, tenant, stage.config.base_domain)
        before = _megabytes(pid)
        for tenant in tenants[WARM_UP:]:
            _visit(port, tenant, stage.config.base_domain)
        after = _megabytes(pid)
    scale = len(tenants) / (len(tenants) - WARM_UP)
    return Figure("idle_tenants_mb", (after - before) * scale, "MB", note=f"{len(tenants)} tenants")


def _visit(port: int, tenant: Tenant, base: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/login", headers={"Host": f"{tenant.slug}.{base}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"/login of {tenant.slug} answered {answer.status}")


def _megabytes(pid: int) -> float:
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return sum(member.memory_full_info().uss for member in family) / 1_000_000
