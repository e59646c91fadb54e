"""How the work of all tenants stands, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.jobs.board import WorkBoard

log = structlog.get_logger(__name__)


class JobFigures(Collector):
    """Asks the board when it is asked; without the board, the other figures still show."""

    def __init__(self, board: WorkBoard) -> None:
        self._board = board

    def describe(self) -> list[Metric]:
        """Nothing: registering must not ask a database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """One gauge a figure."""
        try:
            figures = self._board.figures()
        except Exception as error:
            log.warning("no figures about jobs", reason=str(error).strip())
            return
        for name, value, text in (
            ("tenants_due", figures.tenants_due, "Tenants that a worker should look at now"),
            ("late_seconds", figures.late_seconds, "Seconds since the first of them was due"),
            ("schedules_late", figures.schedules_late, "Schedules due for more than a minute"),
            ("workers", figures.workers, "Worker processes alive"),
            ("running", figures.running, "Jobs running"),
            ("done", figures.done, "Jobs done by the living workers since they started"),
            ("failed", figures.failed, "Tries that failed, likewise"),
        ):
            yield GaugeMetricFamily(f"aorabooks_jobs_{name}", text, value=value)
