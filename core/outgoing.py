"""`OutgoingClient`: httpx's client for calls to others, each of which a trace shows."""

from __future__ import annotations

from typing import Any

import httpx

from core.tracing.current import part


class OutgoingClient(httpx.Client):
    """A client whose calls appear in the trace of the request or job that makes them: with method,
    host and status, and neither path, query, headers nor what is sent.

    Only hosts that the operator has named learn the trace's id, and never more than that.
    """

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request; see `httpx.Client.send`. The span ends when the answer begins."""
        host = request.url.host
        attributes = {"http.request.method": request.method, "server.address": host}
        with part(request.method, attributes, kind="call") as span:
            if span is not None and span.is_told(host):
                request.headers["traceparent"] = span.parent_header
            response = super().send(request, **options)
            if span is not None:
                span.name_it(request.method, {"http.response.status_code": response.status_code})
            return response
