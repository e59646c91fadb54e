"""The kernel's benchmarks: HTTP overhead, traces, many tenants, lifecycle, memory, the journal."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.kernel import http, journal, lifecycle, many_tenants, memory, traces
from benchmarks.stage import stage

FAMILIES = {
    "http": ("json_read", "html_list"),
    "traces": ("traced_page_cpu_ms", "left_out_page_cpu_ms"),
    "journal": ("post_single", "post_bulk", "trial_balance_1m_ms"),
    "lifecycle": ("provision_template", "enable_addon_s"),
    "tenants": ("many_tenants_roomy", "many_tenants_uniform", "many_tenants_zipf"),
    "cold": ("cold_tenant_ms",),
    "memory": ("idle_tenants_mb",),
}
COLD_TENANTS = 12
IDLE_TENANTS = 500


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose name begins with `only`."""
    wanted = {
        family for family, names in FAMILIES.items() if any(n.startswith(only) for n in names)
    }
    with stage() as here:
        first = here.tenant("bench-0")
        tenants = [first]
        if "http" in wanted:
            yield from http.measure(here, first)
        if "traces" in wanted:
            yield from traces.measure(here, first)
        if "journal" in wanted:
            yield from journal.measure(here)
        if "lifecycle" in wanted:
            yield from lifecycle.measure(here)
        if "cold" in wanted:
            tenants = many_tenants.make_tenants(here, COLD_TENANTS, tenants)
            yield http.cold_tenant(here, tenants)
        if "tenants" in wanted:
            tenants = many_tenants.make_tenants(here, many_tenants.TENANTS, tenants)
            yield from many_tenants.measure(here, tenants)
        if "memory" in wanted:
            tenants = many_tenants.make_tenants(here, IDLE_TENANTS, tenants)
            yield memory.measure(here, tenants)
