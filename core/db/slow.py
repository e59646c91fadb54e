"""Notices statements that take long, and for which tenant and addon they ran."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from sqlalchemy import Engine, event

SECONDS: Final = 1.0
"""From here on a statement counts as slow: somebody waits for a page that holds it."""

Listener = Callable[[str, str, float], None]

_WORKING: ContextVar[tuple[str, str] | None] = ContextVar("working", default=None)
_BEGAN: Final = "statement_began"


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


def watch(engine: Engine, listener: Listener, *, seconds: float = SECONDS) -> None:
    """Tell `listener(tenant_id, addon, seconds)` of every statement that took that long."""

    def before(connection: Any, *_: Any) -> None:
        connection.info[_BEGAN] = time.perf_counter()

    def after(connection: Any, *_: Any) -> None:
        took = time.perf_counter() - connection.info[_BEGAN]
        if took >= seconds:
            tenant_and_addon = _WORKING.get()
            if tenant_and_addon is not None:
                listener(*tenant_and_addon, took)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
