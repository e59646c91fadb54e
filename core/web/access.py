"""One line in the log and one count in the metrics for each request."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers
from starlette.types import Scope

from core.web.incoming import Incoming
from core.web.metrics import Metrics
from core.web.tracing import end_request, trace_of

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/may-issue"})
"""Asked every few seconds by machines; counted, but no line each."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Visit:
    """A request from its arrival to its answer; `incoming` is set once its tenant is known."""

    request_id: str
    method: str
    path: str
    headers: Headers
    client: str
    secure: bool
    started: float
    incoming: Incoming | None = None

    def close(self, status: int, metrics: Metrics) -> None:
        """Log and count it."""
        seconds = time.perf_counter() - self.started
        incoming = self.incoming
        addon = incoming.addon if incoming else ""
        tenant = incoming.tenant.id if incoming else ""
        metrics.count(
            addon=addon, method=self.method, status=status, tenant=tenant, seconds=seconds
        )
        if incoming is not None:
            end_request(incoming, status)
        if self.path in _QUIET:
            return
        log.info(
            "request",
            request_id=self.request_id,
            tenant=tenant,
            addon=addon,
            actor=incoming.actor.user_id if incoming else None,
            method=self.method,
            path=self.path,
            status=status,
            ms=round(seconds * 1000, 1),
            **({} if incoming is None else trace_of(incoming)),
        )


def open_visit(scope: Scope) -> Visit:
    """Note who came when. A request id that a proxy gave is kept, if it looks like one."""
    headers = Headers(raw=scope["headers"])
    given = headers.get("x-request-id", "")
    client = scope.get("client")
    return Visit(
        request_id=given if _REQUEST_ID.fullmatch(given) else os.urandom(10).hex(),
        method=scope["method"],
        path=scope["path"],
        headers=headers,
        client=client[0] if client else "",
        secure=scope["scheme"] in ("https", "wss"),
        started=time.perf_counter(),
    )
