"""The span of a request, which is named by its route: a path may hold names, ids and tokens."""

from __future__ import annotations

import time

from core.tracing.current import Tracer
from core.web.incoming import Incoming

_PARENT = "traceparent"


def begin_request(tracer: Tracer, incoming: Incoming, *, started: float) -> None:
    """Begin the span of a request that arrived at `started` (of `time.perf_counter`)."""
    incoming.span = tracer.begin(
        "request",
        incoming.tenant.id,
        {
            "http.request.method": incoming.method,
            "url.scheme": "https" if incoming.secure else "http",
            "aorabooks.request_id": incoming.request_id,
        },
        parent=tracer.believed(incoming.headers.get(_PARENT, "")),
        ago=time.perf_counter() - started,
    )


def name_request(incoming: Incoming) -> None:
    """Say where it was led to, once that is known."""
    if incoming.span is not None:
        name = f"{incoming.method} {incoming.route}"
        incoming.span.name_it(name, {"http.route": incoming.route}, incoming.addon)


def end_request(incoming: Incoming, status: int) -> None:
    """End the span with the answer's status."""
    span = incoming.span
    if span is None:
        return
    span.name_it(
        f"{incoming.method} {incoming.route}".rstrip(),
        {"http.response.status_code": status, "aorabooks.actor": incoming.actor.kind},
    )
    if status >= 500:
        span.fail(str(status))
    span.end()


def trace_of(incoming: Incoming) -> dict[str, str]:
    """What a line of the log says of the trace, where there is one."""
    trace_id = "" if incoming.span is None else incoming.span.trace_id
    return {"trace_id": trace_id} if trace_id else {}
