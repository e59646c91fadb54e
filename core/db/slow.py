"""Notices statements that take long, and for which tenant and addon they ran."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from core.tracing.current import Note

SECONDS: Final = 1.0
"""From here on a statement counts as slow: somebody waits for a page that holds it."""

Listener = Callable[[str, str, float], None]

_WORKING: ContextVar[tuple[str, str] | None] = ContextVar("working", default=None)


@contextmanager
def working_for(tenant_id: str, addon: str) -> Iterator[None]:
    """What runs within is this addon's work for this tenant."""
    token = _WORKING.set((tenant_id, addon))
    try:
        yield
    finally:
        _WORKING.reset(token)


def whom() -> tuple[str, str] | None:
    """The tenant and addon that this thread works for at the moment."""
    return _WORKING.get()


def watcher(listener: Listener, *, seconds: float = SECONDS) -> Note:
    """For a cursor to call with each statement: tells `listener(tenant_id, addon, seconds)` of
    those that took that long."""

    def note(sql: object, took: float, failed: bool) -> None:
        if took >= seconds:
            tenant_and_addon = _WORKING.get()
            if tenant_and_addon is not None:
                listener(*tenant_and_addon, took)

    return note
