"""A collector of traces on a real socket, which speaks OTLP over HTTP as protobuf."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

MEDIA_TYPE = "application/x-protobuf"


@dataclass(frozen=True, slots=True)
class Heard:
    """A span as it arrived; ids are hexadecimal, and `parent` is empty at the root."""

    name: str
    kind: int
    trace_id: str
    span_id: str
    parent: str
    attributes: dict[str, Any]
    failed: bool


@dataclass(slots=True)
class StandIn:
    """What the collector was told."""

    url: str = ""
    status: int = 200
    answers: threading.Event = field(default_factory=threading.Event)
    bodies: list[bytes] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)
    spans: list[Heard] = field(default_factory=list)

    def of_trace(self, trace_id: str) -> list[Heard]:
        """The spans of one trace, in the order in which they ended."""
        return [span for span in self.spans if span.trace_id == trace_id]

    def take(self, body: bytes) -> None:
        """Read what an exporter has posted."""
        self.bodies.append(body)
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resources.append(_attributes(group.resource.attributes))
            for scope in group.scope_spans:
                self.spans += [_heard(span) for span in scope.spans]


@contextmanager
def collecting() -> Iterator[StandIn]:
    """A collector until the block ends. While `answers` is not set, nobody gets an answer."""
    told = StandIn()
    told.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            assert self.headers["content-type"] == MEDIA_TYPE
            body = self.rfile.read(int(self.headers["content-length"]))
            told.answers.wait()
            if told.status == 200:
                packed = self.headers["content-encoding"] == "gzip"
                told.take(gzip.decompress(body) if packed else body)
            self.send_response(told.status)
            self.send_header("content-type", MEDIA_TYPE)
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        told.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield told
        finally:
            told.answers.set()
            server.shutdown()
            thread.join()


def _heard(span: Any) -> Heard:
    return Heard(
        span.name,
        span.kind,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        _attributes(span.attributes),
        span.status.code == 2,
    )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:
    return getattr(value, value.WhichOneof("value") or "string_value")
