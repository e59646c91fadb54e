"""Spans on their way to the collector: a bounded queue, and the one thread that empties it.

Whoever ends a span never waits. What finds the queue full is dropped and counted, so a collector
that is slow or dead costs spans and nothing else. The SDK's own processor counts no drops, and may
wait for half a minute when the process ends.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

CLOSING_SECONDS: Final = 3.0
"""How long the end of a process may wait for the collector."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Spans that wait at the most, spans that are sent together, and seconds between two looks."""

    queue: int = 2048
    batch: int = 512
    pause: float = 5.0


class Outbox(SpanProcessor):
    """Takes spans that ended, and sends them in batches. Thread-safe."""

    def __init__(self, exporter: SpanExporter, sizes: Sizes) -> None:
        self._exporter = exporter
        self._sizes = sizes
        self._waiting: deque[ReadableSpan] = deque()
        self._lock = threading.Lock()
        self._due = threading.Event()
        self._closed = False
        self._failing = False
        self._sent = self._failed = self._dropped = 0
        self._said = _Said()
        # The log says once that the collector is away, and not at every batch.
        exporting = logging.getLogger("opentelemetry.exporter")
        exporting.addHandler(self._said)
        exporting.propagate = False
        self._thread = threading.Thread(target=self._run, name="traces", daemon=True)
        self._thread.start()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Nothing: only what has ended is sent."""

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span, if there is room."""
        with self._lock:
            if self._closed or len(self._waiting) >= self._sizes.queue:
                self._dropped += 1
                return
            self._waiting.append(span)
            if len(self._waiting) < self._sizes.batch:
                return
        self._due.set()

    def shutdown(self) -> None:
        """Send what is waiting, as far as that goes in a moment, and take no more."""
        with self._lock:
            self._closed = True
        self._due.set()
        self._thread.join(CLOSING_SECONDS)
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Wait until nothing waits any more; whether it came to that in time."""
        deadline = time.monotonic() + timeout_millis / 1000
        while self._waiting and time.monotonic() < deadline:
            self._due.set()
            time.sleep(0.01)
        return not self._waiting

    def figures(self) -> Mapping[str, int]:
        """How many spans were sent, failed with the collector, and found no room."""
        return {"sent": self._sent, "failed": self._failed, "dropped": self._dropped}

    def _run(self) -> None:
        while not self._closed:
            self._due.wait(self._sizes.pause)
            self._due.clear()
            self._send_waiting()
        self._send_waiting()

    def _send_waiting(self) -> None:
        while self._waiting:
            with self._lock:
                taken = min(len(self._waiting), self._sizes.batch)
                batch = [self._waiting.popleft() for _ in range(taken)]
            self._send(batch)

    def _send(self, batch: list[ReadableSpan]) -> None:
        try:
            sent = self._exporter.export(batch) is SpanExportResult.SUCCESS
        except Exception as error:  # whatever goes wrong here is no request's trouble
            self._said.last = f"{type(error).__name__}: {error}"
            sent = False
        if sent:
            self._sent += len(batch)
        else:
            self._failed += len(batch)
        if sent and self._failing:
            log.info("traces are sent again")
        elif not sent and not self._failing:
            log.warning("traces cannot be sent; they are dropped", reason=self._said.last)
        self._failing = not sent


class _Said(logging.Handler):
    """Keeps the last thing that the exporter said."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()
