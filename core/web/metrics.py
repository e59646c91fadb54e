"""Figures of this process for Prometheus, at `/metrics`."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator
from itertools import groupby
from threading import Lock

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.datastructures import Headers

from core.db.broker import ConnectionBroker
from core.jobs.figures import JobFigures
from core.kernel import Kernel
from core.tenancy.fleet_health import FleetHealth
from core.tracing.current import Tracer
from core.web.answer import Answer

log = structlog.get_logger(__name__)

MAX_TENANTS = 1000
"""Tenants counted by name; those seen later count together as `other`."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "other"})
_REFUSED = frozenset({429, 503, 507})
_CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts requests, and reads the broker's figures when asked; one per process."""

    def __init__(self, kernel: Kernel) -> None:
        self._registry = CollectorRegistry()
        self._token = kernel.config.metrics_token
        self._requests = Counter(
            "aorabooks_requests",
            "Requests answered",
            ["addon", "method", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "aorabooks_request_seconds",
            "Seconds from the request's arrival to its answer",
            ["addon"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self._registry,
        )
        self._of_tenant = Counter(
            "aorabooks_tenant_requests",
            "Requests answered, by tenant",
            ["tenant"],
            registry=self._registry,
        )
        self._counters: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._tenants: dict[str, Counter] = {}
        self._lock = Lock()
        self.open_sockets = Gauge(
            "aorabooks_open_sockets", "Open websockets", registry=self._registry
        )
        self._registry.register(_BrokerFigures(kernel.engine.broker))
        self._refused = Counter(
            "aorabooks_refused_requests",
            "Requests that were refused for want of something: too many, no connection, no room",
            ["status"],
            registry=self._registry,
        )
        self._registry.register(JobFigures(kernel.board))
        if kernel.tracer is not None:
            self._registry.register(_TraceFigures(kernel.tracer))
        self._registry.register(_FleetFigures(kernel.fleet_health))

    def count(self, *, addon: str, method: str, status: int, tenant: str, seconds: float) -> None:
        """Enter one answered request."""
        key = (addon or "none", method, status // 100)
        counters = self._counters.get(key) or self._counters_of(*key)
        counters[0].inc()
        counters[1].observe(seconds)
        if status in _REFUSED:
            self._refused.labels(str(status)).inc()
        if tenant:
            self._count_tenant(tenant)

    def answer(self, headers: Headers, client: str) -> Answer:
        """The page, for this machine itself or whoever knows the token."""
        if not self._may_read(headers, client):
            return Answer(404, [(b"content-type", b"text/plain")], b"There is nothing here.\n")
        return Answer(200, [(b"content-type", _CONTENT_TYPE)], generate_latest(self._registry))

    def _may_read(self, headers: Headers, client: str) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if self._token and scheme.lower() == "bearer":
            return hmac.compare_digest(token.encode(), self._token.encode())
        # A proxy on this machine calls from here for everybody.
        forwarded = "x-forwarded-for" in headers or "forwarded" in headers
        return not forwarded and _is_loopback(client)

    def _counters_of(self, addon: str, method: str, hundreds: int) -> tuple[Counter, Histogram]:
        """The labelled counters, kept: looking labels up costs more than counting."""
        if method not in _METHODS:
            return self._counters_of(addon, "other", hundreds)
        found = (
            self._requests.labels(addon, method, f"{hundreds}xx"),
            self._seconds.labels(addon),
        )
        self._counters[addon, method, hundreds] = found
        return found

    def _count_tenant(self, tenant: str) -> None:
        counter = self._tenants.get(tenant)
        if counter is None:
            with self._lock:
                known = tenant if len(self._tenants) < MAX_TENANTS else "other"
                counter = self._tenants[known] = self._of_tenant.labels(known)
        counter.inc()


class _BrokerFigures(Collector):
    """The connection broker's counts at the moment of asking."""

    def __init__(self, broker: ConnectionBroker) -> None:
        self._broker = broker

    def collect(self) -> Iterator[Metric]:
        """One gauge a figure."""
        figures = self._broker.figures()
        for name, value, text in (
            ("budget", figures.budget, "Connections this process may hold"),
            ("open", figures.open, "Connections open"),
            ("idle", figures.idle, "Connections open and unused"),
            ("waiting", figures.waiting, "Requests that wait for a connection"),
            ("opened_total", figures.opened_total, "Connections opened since the start"),
            ("refused_total", figures.refused_total, "Requests refused for want of one"),
            ("waited_total", figures.waited_total, "Checkouts that had to wait for one"),
            ("evicted_total", figures.evicted_total, "Idle ones closed to make room for others"),
        ):
            yield GaugeMetricFamily(f"aorabooks_connections_{name}", text, value=value)


class _TraceFigures(Collector):
    """What became of the spans of this process."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def collect(self) -> Iterator[Metric]:
        """One counter, by outcome."""
        text = "Spans: sent, failed with the collector, dropped since too many waited"
        family = CounterMetricFamily("aorabooks_trace_spans", text, labels=["outcome"])
        for outcome, count in self._tracer.figures().items():
            family.add_metric([outcome], count)
        yield family


class _FleetFigures(Collector):
    """How all companies stand; without the control plane the other figures still show."""

    def __init__(self, fleet: FleetHealth) -> None:
        self._fleet = fleet

    def describe(self) -> list[Metric]:
        """Nothing: registering must not ask a database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """One gauge a name."""
        try:
            gauges = self._fleet.gauges()
        except Exception as error:
            log.warning("no figures about the fleet", reason=str(error).strip())
            return
        for name, together in groupby(gauges, key=lambda gauge: gauge.name):
            mine = list(together)
            labels = [label for label, _ in mine[0].labels]
            family = GaugeMetricFamily(f"aorabooks_fleet_{name}", mine[0].text, labels=labels)
            for gauge in mine:
                family.add_metric([which for _, which in gauge.labels], gauge.value)
            yield family


def _is_loopback(client: str) -> bool:
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False
