"""Spans over OpenTelemetry's: with tenant and addon on each, and statements without their values.

Names follow OpenTelemetry's semantic conventions where these have one.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import Span as OpenSpan
from opentelemetry.trace import (
    SpanKind,
    StatusCode,
    Tracer,
    format_span_id,
    format_trace_id,
    set_span_in_context,
)

from core.tracing.current import Attributes, Kind, Span
from core.tracing.statements import shown

MOST_STATEMENTS: Final = 500
"""Statements of a request or job that are shown; more are only counted."""
TENANT: Final = "aorabooks.tenant"
ADDON: Final = "aorabooks.addon"
STATEMENTS: Final = "aorabooks.statements"

_KINDS: Final[Mapping[Kind, SpanKind]] = {
    "request": SpanKind.SERVER,
    "job": SpanKind.CONSUMER,
    "part": SpanKind.INTERNAL,
    "call": SpanKind.CLIENT,
}


@dataclass(slots=True)
class _Trace:
    """What the spans of one request or job have in common."""

    tracer: Tracer
    tells: Collection[str]
    statements: int = 0


def begin_trace(
    tracer: Tracer,
    kind: Kind,
    tenant_id: str,
    attributes: Attributes,
    *,
    around: Context,
    began: int,
    tells: Collection[str],
) -> Span:
    """A request or job, within the span that is in `around`, if one is; it `began` at so many
    nanoseconds of the epoch. Where the sampler leaves it out, its parts are left out as well."""
    inherited = {TENANT: tenant_id}
    span = tracer.start_span(
        kind,
        context=around,
        kind=_KINDS[kind],
        attributes={**inherited, **attributes},
        start_time=began,
    )
    if not span.is_recording():
        return _LeftOut(span)
    return _Recorded(_Trace(tracer, tells), span, inherited)


class _Recorded:
    """A span that is sent when it ends."""

    __slots__ = ("_context", "_failed", "_inherited", "_span", "_trace")

    def __init__(self, trace: _Trace, span: OpenSpan, inherited: Mapping[str, str | int]) -> None:
        self._trace = trace
        self._span = span
        self._inherited = inherited
        self._failed = False
        self._context = set_span_in_context(span, Context())

    @property
    def trace_id(self) -> str:
        return format_trace_id(self._span.get_span_context().trace_id)

    @property
    def parent_header(self) -> str:
        return _header(self._span)

    def begin(self, name: str, kind: Kind, attributes: Attributes, addon: str = "") -> Span:
        inherited = {**self._inherited, ADDON: addon} if addon else self._inherited
        span = self._trace.tracer.start_span(
            name,
            context=self._context,
            kind=_KINDS[kind],
            attributes={**inherited, **attributes},
        )
        return _Recorded(self._trace, span, inherited)

    def add_statement(self, sql: str, seconds: float, *, failed: bool) -> None:
        self._trace.statements += 1
        if self._trace.statements > MOST_STATEMENTS:
            return
        ended = time.time_ns()
        name, text = shown(sql)
        span = self._trace.tracer.start_span(
            name,
            context=self._context,
            kind=SpanKind.CLIENT,
            attributes={
                **self._inherited,
                "db.system.name": "postgresql",
                "db.query.summary": name,
                "db.query.text": text,
            },
            start_time=ended - round(seconds * 1e9),
        )
        if failed:
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    def name_it(self, name: str, attributes: Attributes, addon: str = "") -> None:
        if addon:
            self._inherited = {**self._inherited, ADDON: addon}
        self._span.update_name(name)
        self._span.set_attributes({**self._inherited, **attributes})

    def fail(self, reason: str) -> None:
        if self._failed:  # the first reason says more than what came of it
            return
        self._failed = True
        self._span.set_attribute("error.type", reason)
        self._span.set_status(StatusCode.ERROR)

    def is_told(self, host: str) -> bool:
        return host.lower() in self._trace.tells

    def end(self) -> None:
        self._span.set_attribute(STATEMENTS, self._trace.statements)
        self._span.end()


class _LeftOut:
    """A span that the sampler left out: what it brings about is to be left out as well."""

    __slots__ = ("parent_header",)

    trace_id = ""

    def __init__(self, span: OpenSpan) -> None:
        self.parent_header = _header(span)

    def begin(self, name: str, kind: Kind, attributes: Attributes, addon: str = "") -> Span:
        return self

    def add_statement(self, sql: str, seconds: float, *, failed: bool) -> None: ...

    def name_it(self, name: str, attributes: Attributes, addon: str = "") -> None: ...

    def fail(self, reason: str) -> None: ...

    def is_told(self, host: str) -> bool:
        return False

    def end(self) -> None: ...


def _header(span: OpenSpan) -> str:
    """W3C Trace Context, version 00."""
    context = span.get_span_context()
    trace_id, span_id = format_trace_id(context.trace_id), format_span_id(context.span_id)
    return f"00-{trace_id}-{span_id}-{context.trace_flags & 1:02x}"
