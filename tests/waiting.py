"""Waiting for what happens a moment later, which on a busy machine is long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

PATIENCE = 300.0
"""Seconds after which nobody expects it any more: a busy machine is slow, not wrong."""


def wait_until(
    condition: Callable[[], Answer | None],
    what: str,
    *,
    said: Callable[[], str] | None = None,
    patience: float = PATIENCE,
    pause: float = 0.05,
) -> Answer:
    """The first true answer of `condition`, which is asked again after each pause (seconds).

    Raises AssertionError when patience (seconds) ends: with `what` was waited for, and what was
    `said` meanwhile by whoever was to bring it about.
    """
    deadline = time.monotonic() + patience
    while not (answer := condition()):
        if time.monotonic() > deadline:
            heard = f"\n{said()[-4000:]}" if said else ""
            raise AssertionError(f"waited {patience:g} s for {what}{heard}")
        time.sleep(pause)
    return answer
