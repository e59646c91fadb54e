"""How a process writes its log: one JSON object a line, or readable lines on a terminal.

Every line carries the request, tenant, addon and actor that it is about. Whatever is called
like a secret is never written.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, TextIO

import orjson
import structlog
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import Processor

_SECRET = re.compile(
    r"password|passwd|secret|token|cookie|authorization|api_?key|credential|otp|recovery_code",
    re.IGNORECASE,
)
_HIDDEN = "***"
_TRACEBACK = ExceptionDictTransformer(show_locals=False)
# Addresses with a user in them: postgresql://name:password@host
_IN_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+]*://[^\s/:@]*):[^\s@]+@", re.IGNORECASE)


def configure(*, stream: TextIO = sys.stderr, pretty: bool | None = None) -> None:
    """Set the log of this process up; `pretty` by default on a terminal only."""
    readable = stream.isatty() if pretty is None else pretty
    # A traceback becomes data before secrets are hidden in it. Never with local variables:
    # they hold the customers' records.
    transform = ExceptionDictTransformer(show_locals=False)
    tracebacks: list[Processor] = [] if readable else [ExceptionRenderer(transform)]
    render: list[Processor] = (
        [
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
        if readable
        else [_to_json]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *tracebacks,
            hide_secrets,
            *render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )


def hide_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out values under secret names, and passwords inside addresses."""
    for name, value in event.items():
        if _is_secret(name):
            event[name] = _HIDDEN
        elif not isinstance(value, int | float | None):
            event[name] = _without_secrets(value)
    return event


@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return _IN_URL.sub(rf"\g<scheme>:{_HIDDEN}@", value) if "://" in value else value
    if isinstance(value, dict):
        return {
            name: _HIDDEN if _is_secret(str(name)) else _without_secrets(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(inner) for inner in value]
    return value


def _to_json(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, default=str).decode()
