"""The span that this thread works within: the part of a trace that is under way.

Nothing of OpenTelemetry is imported here. Where no collector is configured there never is a
current span, and nothing here does anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, Protocol, TypeAlias

Attributes: TypeAlias = Mapping[str, str | int]
"""What a span says beside its name. Never what people typed, nor who they are."""
Kind = Literal["request", "job", "part", "call"]


class Span(Protocol):
    """Something that takes time, in a trace. Used by one thread at a time."""

    @property
    def trace_id(self) -> str:
        """The trace's id, as 32 hexadecimal digits."""
        ...

    @property
    def parent_header(self) -> str:
        """The value of `traceparent` (W3C Trace Context) for what this span brings about."""
        ...

    def begin(self, name: str, kind: Kind, attributes: Attributes, addon: str = "") -> Span:
        """A part of this one; what is within it is the addon's work, if one is named."""
        ...

    def add_statement(self, sql: str, seconds: float, *, failed: bool) -> None:
        """Enter a statement that has just ended."""
        ...

    def name_it(self, name: str, attributes: Attributes, addon: str = "") -> None:
        """Say what it turned out to be."""
        ...

    def fail(self, reason: str) -> None:
        """It did not work; `reason` is the name of an error, never its text."""
        ...

    def is_told(self, host: str) -> bool:
        """Whether a call to this host carries `parent_header`."""
        ...

    def end(self) -> None:
        """It has ended now."""
        ...


class Tracer(Protocol):
    """Makes the spans of a process and sends them to a collector. Thread-safe."""

    def begin(
        self,
        kind: Kind,
        tenant_id: str,
        attributes: Attributes,
        *,
        parent: str = "",
        ago: float = 0,
    ) -> Span:
        """A request or job that began so many seconds ago, within the trace of `parent` (as
        `traceparent`), if that is one."""
        ...

    def believed(self, parent: str) -> str:
        """The `traceparent` that came with a request, if callers are believed; else nothing."""
        ...

    def figures(self) -> Mapping[str, int]:
        """How many spans were sent, and how many were lost in which way, since the start."""
        ...


_CURRENT: ContextVar[Span | None] = ContextVar("span", default=None)


def current_span() -> Span | None:
    """The span under way, if there is one."""
    return _CURRENT.get()


@contextmanager
def within(span: Span | None) -> Iterator[None]:
    """What runs within is a part of this span, or of none."""
    token = _CURRENT.set(span)
    try:
        yield
    finally:
        _CURRENT.reset(token)


@contextmanager
def part(
    name: str, attributes: Attributes, *, kind: Kind = "part", addon: str = ""
) -> Iterator[Span | None]:
    """What runs within is a part of its own of the span under way; None where there is none."""
    around = _CURRENT.get()
    if around is None:
        yield None
        return
    span = around.begin(name, kind, attributes, addon)
    try:
        with within(span):
            yield span
    except BaseException as error:
        span.fail(type(error).__name__)
        raise
    finally:
        span.end()


def note_statement(sql: object, seconds: float, failed: bool) -> None:
    """Enter a statement that has just ended with the span under way."""
    span = _CURRENT.get()
    if span is not None:
        text = sql.decode() if isinstance(sql, bytes) else str(sql)
        span.add_statement(text, seconds, failed=failed)


Note: TypeAlias = Callable[[object, float, bool], None]
"""Is told of each statement: its text, how many seconds it took, and whether it failed."""
