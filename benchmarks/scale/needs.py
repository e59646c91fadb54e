"""What many companies need: arithmetic where nothing waits, simulation where something does."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.figure import Figure
from benchmarks.scale import queues
from benchmarks.scale.measuring import LAUNCHES_A_SECOND, Measured
from core.tenancy.directory import TenantDirectory
from core.tenancy.tenant import DatabaseAddress, Tenant


@dataclass(frozen=True, slots=True)
class Way:
    """How companies are and work, and what machines are bought: chosen, not measured. Whoever
    knows better changes them here and runs it again."""

    database_mb: float = 150.0
    """Of a company in the middle, on disk; the largest one in a thousand has twenty times that."""
    requests_a_day: float = 1_000.0
    peak: float = 0.15
    """The part of a day's requests that comes in its busiest hour."""
    exponent: float = 1.1
    """Of Zipf's law for who asks how often, as in `many_tenants_zipf`."""
    zones: tuple[tuple[float, float], ...] = (
        (3, 45), (4, 10), (5.5, 10), (6, 20), (0, 5), (1, 5), (-5, 5),
    )  # fmt: skip
    per_server: int = 5_000
    """Companies on one PostgreSQL server: autovacuum looks at each every eight minutes then."""
    requests_a_process: float = 120.0
    """A second, of a web process with one processor to itself (`html_list`, `json_read`)."""
    budget: int = 240
    """Connections that a web process keeps (`AORABOOKS_DB_CONNECTIONS`)."""
    upgrades_a_core: float = 10.0
    """`fleet_migrate_cpu_ms` says 63 ms each; the rest is waiting for the server."""
    backup_mb_s: float = 17.0
    """`backup`, by one worker with one processor; the start of each is measured as `dump_s`."""
    dump_ratio: float = 0.25
    """Of the database's size, as it is stored: indexes are not dumped, the rest is compressed."""
    kept_backups: int = 31
    """7 days, 5 weeks, 12 months, 7 years (`tenants/backups/plan.py`)."""
    out_of_reach: float = 0.01
    web_process_mb: float = 140.0
    """LIMITS.md; forked processes share some 100 MB of it."""
    simulated: int = 400_000
    """Requests that are played through."""
    visited_kb: float = 6.3
    """Of a web process for each company that came by once: `idle_tenants_mb`, 3.1 MB of 500."""


WAY: Final = Way()


def figures(measured: Measured, companies: int, way: Way = WAY) -> Iterator[Figure]:
    """Everything that so many companies need."""
    name = f"{companies // 1000}k"
    chance = random.Random(companies)
    sizes = [chance.lognormvariate(math.log(way.database_mb), 0.97) for _ in range(companies)]
    yield from _machines(measured, companies, sum(sizes), name, way)
    yield from _asking(companies, name, way)
    yield from _upgrades(measured, companies, name, way)
    yield from _nights(measured, sizes, name, way)


def _machines(
    measured: Measured, companies: int, data_mb: float, name: str, way: Way
) -> Iterator[Figure]:
    servers = math.ceil(companies / way.per_server)
    one = min(companies, way.per_server)
    empty = companies * measured.disk_mb
    yield Figure(f"servers_{name}", servers, "servers", note=f"of {way.per_server:,} companies")
    yield Figure(f"disk_empty_{name}", empty / 1e6, "TB", note="with no data in any of them")
    yield Figure(f"disk_{name}", (empty + data_mb) / 1e6, "TB", note="with data, no indexes twice")
    files = one * measured.files
    yield Figure(f"files_{name}", files / 1e6, "million", note="files (inodes) on each server")
    one_by_one = companies * LAUNCHES_A_SECOND**-1 / 60
    round_minutes = max(1.0, one / LAUNCHES_A_SECOND / 60)
    note = f"autovacuum's round on each server; {one_by_one:,.0f} min if all were on one"
    yield Figure(f"vacuum_round_{name}", round_minutes, "min", note=note)
    used = min(LAUNCHES_A_SECOND, one / 60) * measured.launch_ms / 10
    yield Figure(f"vacuum_idle_{name}", used, "%", note="of a processor, for its looks alone")
    yield Figure(
        f"control_{name}", companies * measured.control_kb / 1e6, "GB", note="its database"
    )
    fill = companies * measured.clone_s / 3600
    yield Figure(f"make_all_{name}", fill, "hours", note="by one worker, one after the other")
    logged = companies * measured.clone_wal_mb / 1e6
    yield Figure(f"make_all_wal_{name}", logged, "TB", note="of the servers' logs for that")


def _asking(companies: int, name: str, way: Way) -> Iterator[Figure]:
    rate = companies * way.requests_a_day * way.peak / 3600
    processes = math.ceil(rate / way.requests_a_process)
    yield Figure(f"requests_{name}", rate, "req/s", note="in the busiest hour")
    yield Figure(f"processes_{name}", processes, "", note="web processes, each with a processor")
    trace = queues.popular(companies, way.simulated, exponent=way.exponent)
    for budget in (way.budget // 4, way.budget):
        hour = queues.connections(trace, a_second=rate, processes=processes, budget=budget)
        note = f"found, {hour.opened:,.0f}/s opened; budget {budget} each, {budget * processes:,}"
        yield Figure(f"warm_{name}_{budget}", 100 * hour.found, "%", note=note)
    one = [company for company in trace if company % processes == processes - 1]
    found = directory_rate(one, rate / processes)
    note = "of look-ups answered by the directory of the process itself (30 s, 20,000 names)"
    yield Figure(f"directory_{name}", 100 * found, "%", note=note)
    memory = processes * (way.web_process_mb + companies * way.visited_kb / 1000 / processes)
    yield Figure(f"web_memory_{name}", memory / 1000, "GB", note="of all web processes")


def _upgrades(measured: Measured, companies: int, name: str, way: Way) -> Iterator[Figure]:
    noop = companies * measured.nothing_to_do_ms / 1000
    yield Figure(f"upgrade_noop_{name}", noop, "s", note="nothing to do; no database is opened")
    chance = random.Random(4)
    takes = [chance.expovariate(1.0) / way.upgrades_a_core for _ in range(companies)]
    for cores in (2, 16):
        done = queues.upgrade(
            takes,
            canaries=companies // 100,
            at_once=cores,
            out_of_reach=way.out_of_reach,
        )
        note = f"one column more, {cores} at once, 1 % canaries first, 1 % out of reach once"
        yield Figure(f"upgrade_{name}_{cores}", done / 60, "min", note=note)


def _nights(measured: Measured, sizes: Sequence[float], name: str, way: Way) -> Iterator[Figure]:
    takes = [measured.dump_s + size / way.backup_mb_s for size in sizes]
    workers = max(1, math.ceil(sum(takes) / (18 * 3600)))
    for at_once in (workers, 2 * workers, 4 * workers):
        night = queues.night(takes, way.zones, at_once)
        note = f"until the last begins with {at_once} at once; {100 * night.busy:.0f} % busy"
        yield Figure(f"backup_wait_{name}_{at_once}", night.longest, "hours", note=note)
    kept = sum(sizes) * way.dump_ratio * way.kept_backups / 1e6
    yield Figure(f"backup_store_{name}", kept, "TB", note=f"{way.kept_backups} of each are kept")


class _Source:
    """A control plane that knows everybody at once; `asked` counts."""

    def __init__(self) -> None:
        self.asked = 0
        nowhere = DatabaseAddress("", 0, "", "", "")
        self._tenant = Tenant("", "", "", "active", nowhere, nowhere)

    def by_host(self, host: str) -> Tenant:
        self.asked += 1
        return self._tenant

    def by_id(self, tenant_id: str) -> None:
        return None

    def by_slug(self, slug: str) -> None:
        return None

    def brand_at(self, host: str) -> None:
        return None


def directory_rate(trace: Sequence[int], a_second: float) -> float:
    """The part of look-ups that the directory itself answers, by the product's own directory on a
    clock of its own, where this process gets so many requests a second."""
    now = [time.monotonic()]
    source = _Source()
    directory = TenantDirectory(source, clock=lambda: now[0])
    directory.listening = True
    for company in trace:
        now[0] += 1 / a_second
        directory.find_host(f"{company}.example.com")
    return 1 - source.asked / len(trace)
