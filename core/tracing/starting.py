"""Opens the tracer of a process, where a collector is configured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.tracing.current import Tracer
from core.tracing.settings import TraceSettings


@contextmanager
def traced(
    settings: TraceSettings | None, *, process: str, generation: int = 0
) -> Iterator[Tracer | None]:
    """The tracer of this process, or None without settings; what it made is sent in the end. To be
    opened after the process was forked: it has a thread."""
    if settings is None:
        yield None
        return
    # OpenTelemetry costs memory and time at the start, which only those pay who want it.
    from core.tracing.collector import Collector

    collector = Collector(settings, process=process, generation=generation)
    try:
        yield collector
    finally:
        collector.close()
