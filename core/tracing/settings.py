"""Whether and how traces are made, besides what OpenTelemetry's own variables say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SPOKEN = "http/protobuf"


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """`believes_callers`: the proxy in front sets `traceparent`, or takes it away from strangers.
    `tells`: hosts of one's own, to which calls carry it."""

    believes_callers: bool = False
    tells: frozenset[str] = frozenset()


def read(env: Mapping[str, str]) -> TraceSettings | None:
    """What the environment says; None where it names no collector, or wants no traces. Raises
    ValueError with a sentence for what is not spoken here."""
    disabled = env.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    exporter = env.get("OTEL_TRACES_EXPORTER", "").strip().lower() or "otlp"
    if disabled or exporter == "none" or not any(env.get(name) for name in _ENDPOINTS):
        return None
    if exporter != "otlp":
        raise ValueError(f"OTEL_TRACES_EXPORTER is {exporter!r}: give 'otlp' or 'none'")
    for name in _PROTOCOLS:
        if env.get(name, _SPOKEN) != _SPOKEN:
            raise ValueError(f"{name} is {env[name]!r}: give {_SPOKEN!r}, or leave it out")
    named = env.get("AORABOOKS_TRACE_TO", "").replace(",", " ").lower().split()
    return TraceSettings(
        believes_callers=env.get("AORABOOKS_TRACE_FROM_PROXY") == "yes", tells=frozenset(named)
    )
