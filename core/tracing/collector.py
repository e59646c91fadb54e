"""The tracer of a process that has a collector, over OpenTelemetry's SDK.

Imported only where one is configured (`core.tracing.starting`), and after the process was forked:
it starts a thread. Names follow the semantic conventions of OpenTelemetry where these have one.
"""

from __future__ import annotations

import importlib.metadata
import os
import time
import uuid
from collections.abc import Mapping
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from core.tracing.current import Attributes, Kind, Span
from core.tracing.outbox import Outbox, Sizes
from core.tracing.settings import TraceSettings
from core.tracing.spans import begin_trace

_SERVICE: Final = "aorabooks"


class Collector:
    """The tracer of this process; see `core.tracing.current.Tracer`."""

    def __init__(self, settings: TraceSettings, *, process: str, generation: int) -> None:
        self._settings = settings
        self._outbox = Outbox(OTLPSpanExporter(), _sizes())
        # Sampler and limits come from the standard environment.
        self._provider = TracerProvider(
            resource=_resource(process, generation), shutdown_on_exit=False
        )
        self._provider.add_span_processor(self._outbox)
        self._tracer = self._provider.get_tracer(_SERVICE)
        self._headers = TraceContextTextMapPropagator()

    def begin(
        self,
        kind: Kind,
        tenant_id: str,
        attributes: Attributes,
        *,
        parent: str = "",
        ago: float = 0,
    ) -> Span:
        """See `Tracer`."""
        around = self._headers.extract({"traceparent": parent}, Context())
        return begin_trace(
            self._tracer,
            kind,
            tenant_id,
            attributes,
            around=around,
            began=time.time_ns() - round(ago * 1e9),
            tells=self._settings.tells,
        )

    def believed(self, parent: str) -> str:
        """See `Tracer`."""
        return parent if self._settings.believes_callers else ""

    def figures(self) -> Mapping[str, int]:
        """See `Tracer`."""
        return self._outbox.figures()

    def flush(self) -> bool:
        """Send what is waiting; whether that could be done."""
        return self._outbox.force_flush()

    def close(self) -> None:
        """Send what is left, within a moment."""
        self._provider.shutdown()


def _resource(process: str, generation: int) -> Resource:
    ours = {
        "service.name": _SERVICE,
        "service.version": importlib.metadata.version(_SERVICE),
        "service.instance.id": str(uuid.uuid4()),
        "process.pid": os.getpid(),
        "aorabooks.process": process,
        "aorabooks.generation": generation,
    }
    # What the operator says of a name counts more than what we would.
    named = OTELResourceDetector().detect().attributes
    return Resource.create({name: value for name, value in ours.items() if name not in named})


def _sizes() -> Sizes:
    usual = Sizes()

    def number(name: str, otherwise: float) -> float:
        text = os.environ.get(f"OTEL_BSP_{name}", "")
        return float(text) if text.isdecimal() and int(text) else otherwise

    queue = int(number("MAX_QUEUE_SIZE", usual.queue))
    batch = int(number("MAX_EXPORT_BATCH_SIZE", usual.batch))
    pause = number("SCHEDULE_DELAY", usual.pause * 1000) / 1000
    return Sizes(queue, min(batch, queue), pause)
